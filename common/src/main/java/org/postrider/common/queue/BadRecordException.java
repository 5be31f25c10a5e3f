package org.postrider.common.queue;

import java.io.IOException;

/** A stream that is not a sequence of records: unknown type, impossible length, or an end in the middle of a record. */
public final class BadRecordException extends IOException {
    private static final long serialVersionUID = 1;

    public BadRecordException(String message) {
        super(message);
    }
}
