package org.postrider.common.smtp;

import java.io.IOException;

/** The peer answered with something that is no SMTP reply, or with one that has no end. The message is the line that was wrong. */
public final class MalformedReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedReplyException(String line) {
        super(line);
    }
}
