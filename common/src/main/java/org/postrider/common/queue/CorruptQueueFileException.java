package org.postrider.common.queue;

import java.io.IOException;

/** A queue file that can't be a message: qmgr moves it to corrupt, nobody else changes it. */
public final class CorruptQueueFileException extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptQueueFileException(String message) {
        super(message);
    }

    CorruptQueueFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
