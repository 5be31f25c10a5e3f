package org.postrider.cleanup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that are refused for good, from clients that can't pass a refusal on to anybody (pickup, local): the sender gets a
 * letter from bounce, and the client is told that all is well. What else is refused is the client's business.
 */
final class Refusals {
    private static final Logger log = LoggerFactory.getLogger(Refusals.class);
    private static final int LASTING = CleanupStatus.CONTENT | CleanupStatus.HOPS | CleanupStatus.SIZE;

    private final ServiceClient bounce;
    private final String originalAddress;

    /** @param bounce the service that writes the letters */
    Refusals(ServiceClient bounce, String unknownRecipient) {
        this.bounce = bounce;
        this.originalAddress = unknownRecipient;
    }

    /** Has a letter written where that is wanted and possible; the message then counts as taken. */
    void handle(Message message) {
        CleanupStatus status = message.status();
        boolean wanted = message.has(CleanupClient.BOUNCE) && (status.bits() & LASTING) != 0
                && (status.bits() & ~LASTING) == 0 && message.dataOffset > 0;
        if (!wanted) {
            return;
        }
        try {
            closeFile(message);
            DsnStatus reason = DsnStatus.of(status.reason().isEmpty() ? standard(status.bits()) : status.reason(),
                    "5.7.1");
            if (write(message, reason)) {
                message.forgive();
                return;
            }
        } catch (IOException e) {
            log.warn("{}: bounce message to {}: {}", message.id(), message.sender, FileWords.of(e));
        }
        // Nobody was told: whoever has the message keeps it and comes again.
        message.fail(CleanupStatus.DEFER, "");
    }

    /** Makes the file readable for bounce as far as it got. */
    private static void closeFile(Message message) throws IOException {
        if (message.extractedOffset == 0) {
            message.extractedOffset = message.records().position();
            message.records().write(RecordType.EXTRACTED);
        }
        message.records().write(RecordType.END);
        message.writeSize();
        message.records().flush();
    }

    private boolean write(Message message, DsnStatus reason) throws IOException {
        BounceRequest.Message about = new BounceRequest.Message(0, QueueName.INCOMING.directory(), message.id(),
                message.encoding, 0, message.sender, message.attribute("envelope_id"), 0, "");
        List<Recipient> recipients = message.accepted().isEmpty()
                ? List.of(new Recipient(-1, originalAddress, "", "", 0))
                : message.accepted();
        for (Recipient recipient : recipients) {
            BounceRequest.Entry entry = new BounceRequest.Entry(recipient, "none", reason.code(), "failed", "", "", "",
                    "", reason.text());
            if (!ask(new BounceRequest(BounceRequest.Operation.APPEND, about, Optional.of(entry)))) {
                return false;
            }
        }
        return ask(new BounceRequest(BounceRequest.Operation.FLUSH, about, Optional.empty()));
    }

    private boolean ask(BounceRequest request) throws IOException {
        Attributes answer = bounce.call(request.toAttributes());
        return answer.number("status", 1) == 0;
    }

    private static String standard(int bits) {
        if ((bits & CleanupStatus.SIZE) != 0) {
            return "5.3.4 message file too big";
        }
        if ((bits & CleanupStatus.HOPS) != 0) {
            return "5.4.0 too many hops";
        }
        return "5.7.1 message content rejected";
    }
}
