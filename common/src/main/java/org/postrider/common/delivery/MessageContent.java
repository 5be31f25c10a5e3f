package org.postrider.common.delivery;

import java.io.Closeable;
import java.io.IOException;

/**
 * A cursor over the content of a queued message, from its first header to its last body line. The bytes are valid until the next
 * call of {@link #next()}. Used by one thread.
 */
public interface MessageContent extends Closeable {
    /** Moves to the next piece; false at the end. */
    boolean next() throws IOException;

    /** The buffer that holds the piece. */
    byte[] bytes();

    /** Where the piece begins in {@link #bytes()}. */
    int offset();

    /** How long the piece is. */
    int length();

    /** True when a line ends after the piece, false when the next piece continues it. */
    boolean endsLine();

    @Override
    void close() throws IOException;
}
