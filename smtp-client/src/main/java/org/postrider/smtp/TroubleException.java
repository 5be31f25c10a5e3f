package org.postrider.smtp;

import java.io.Serial;

/** Ends a session before its transaction. */
final class TroubleException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Trouble trouble;

    TroubleException(Trouble trouble) {
        super(trouble.toString());
        this.trouble = trouble;
    }

    Trouble trouble() {
        return trouble;
    }
}
