package org.postrider.smtp;

import java.io.IOException;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.mail.SevenBitContent;
import org.postrider.common.smtp.DotStuffer;

/**
 * Streams a message after DATA: piece by piece from the queue file into the connection's output, however large it is. Lines
 * above {@code smtp_line_length_limit} are broken; 8-bit content is converted for a server that can't take it.
 */
final class ContentSender {
    private final ExtraHeaders headers;
    private final GenericMap generic;
    private final OutgoingChecks checks;

    ContentSender(ExtraHeaders headers, GenericMap generic, OutgoingChecks checks) {
        this.headers = headers;
        this.generic = generic;
        this.checks = checks;
    }

    /** smtp_generic_maps, for the envelope. */
    GenericMap generic() {
        return generic;
    }

    /** Sends content and end of data; the caller flushes. */
    void send(Delivery delivery, SmtpSession session) throws IOException {
        int limit = session.settings().lineLengthLimit();
        DotStuffer out = new DotStuffer(session.out(), limit, session.settings().replacesStrayLineEnds());
        headers.write(delivery, out);
        try (MessageContent content = open(delivery)) {
            if (mustConvert(delivery, session)) {
                converted(content, out);
            } else {
                while (next(content)) {
                    int from = content.offset();
                    out.piece(content.bytes(), from, from + content.length(), content.endsLine());
                }
            }
        }
        out.endLine();
        session.pauseBeforeDot();
        out.end();
    }

    private static boolean mustConvert(Delivery delivery, SmtpSession session) {
        return session.settings().convert() && delivery.request().encoding().equals("8bit")
                && !session.capabilities().eightBit();
    }

    private static void converted(MessageContent content, DotStuffer out) throws IOException {
        SevenBitContent sevenBit = new SevenBitContent(out::piece);
        while (next(content)) {
            sevenBit.piece(content.bytes(), content.offset(), content.length(), content.endsLine());
        }
        sevenBit.end();
    }

    private MessageContent open(Delivery delivery) throws UnreadableMessageException {
        try {
            MessageContent content = checks.applied(delivery.content(), delivery.request().queueId());
            return generic.isEmpty() ? content : new GenericContent(content, generic);
        } catch (IOException failure) {
            throw new UnreadableMessageException(failure);
        }
    }

    private static boolean next(MessageContent content) throws UnreadableMessageException, MapUnavailableException {
        try {
            return content.next();
        } catch (MapUnavailableException failure) {
            throw failure;
        } catch (IOException failure) {
            throw new UnreadableMessageException(failure);
        }
    }
}
