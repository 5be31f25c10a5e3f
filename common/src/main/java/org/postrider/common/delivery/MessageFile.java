package org.postrider.common.delivery;

import java.io.Closeable;
import java.io.IOException;

/** The queue file of a message that is being delivered: what an agent may read of it, and the one thing it may change. */
public interface MessageFile extends Closeable {
    /** The content from its beginning, on a cursor of its own; several may be open, on different threads. */
    MessageContent content() throws IOException;

    /** Marks the recipient record at this offset as finished: one byte, valid before and after. */
    void markDone(long offset) throws IOException;

    /** True when the recipient record at this offset was finished by an earlier try, whatever the queue manager heard of it. */
    default boolean isDone(long offset) throws IOException {
        return false;
    }

    /** True after something that can't be a message was found in the file: no recipient is to blame, and none is told. */
    default boolean isCorrupt() {
        return false;
    }

    @Override
    void close() throws IOException;
}
