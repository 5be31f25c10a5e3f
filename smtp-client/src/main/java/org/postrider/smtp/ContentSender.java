package org.postrider.smtp;

import java.io.IOException;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.smtp.DotStuffer;

/**
 * Streams a message after DATA: piece by piece from the queue file into the connection's output, however large it is. Lines
 * above {@code smtp_line_length_limit} are broken.
 */
final class ContentSender {
    private final ExtraHeaders headers;

    ContentSender(ExtraHeaders headers) {
        this.headers = headers;
    }

    /** Sends content and end of data; the caller flushes. */
    void send(Delivery delivery, SmtpSession session) throws IOException {
        int limit = session.settings().lineLengthLimit();
        DotStuffer out = new DotStuffer(session.out(), limit);
        headers.write(delivery, out);
        try (MessageContent content = open(delivery)) {
            while (next(content)) {
                int from = content.offset();
                out.piece(content.bytes(), from, from + content.length(), content.endsLine());
            }
        }
        out.end();
    }

    private static MessageContent open(Delivery delivery) throws UnreadableMessageException {
        try {
            return delivery.content();
        } catch (IOException failure) {
            throw new UnreadableMessageException(failure);
        }
    }

    private static boolean next(MessageContent content) throws UnreadableMessageException {
        try {
            return content.next();
        } catch (IOException failure) {
            throw new UnreadableMessageException(failure);
        }
    }
}
