package org.postrider.smtp;

import java.io.IOException;
import java.io.Serial;

/** The queue file failed, not the connection. */
final class UnreadableMessageException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnreadableMessageException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
