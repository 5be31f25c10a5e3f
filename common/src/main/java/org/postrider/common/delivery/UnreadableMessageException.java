package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.posix.FileWords;

/** The message itself can't be read, which is never the fault of the place it was to go to. */
final class UnreadableMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableMessageException(IOException cause) {
        super("cannot read message: " + FileWords.of(cause), cause);
    }
}
