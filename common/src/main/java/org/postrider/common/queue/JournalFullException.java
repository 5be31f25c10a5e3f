package org.postrider.common.queue;

import java.io.IOException;

/** The journal can't take this message now; nothing of it was written. The message can be committed by itself. */
final class JournalFullException extends IOException {
    private static final long serialVersionUID = 1L;

    JournalFullException(String reason) {
        super(reason);
    }
}
