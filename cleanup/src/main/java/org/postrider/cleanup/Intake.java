package org.postrider.cleanup;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message from its first record to its last. When the message is refused the rest of its records is still read, so that the
 * client, which listens at the end, hears why. One thread.
 */
final class Intake {
    private enum Phase {
        ENVELOPE, CONTENT, EXTRACTED, ENDED
    }

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Message message;
    private final EnvelopePhase envelope;
    private final ContentPhase content;
    private final ExtractedPhase extracted;
    private Phase phase = Phase.ENVELOPE;

    Intake(Message message, CleanupSettings settings, AddressRules rules, ContentChecks checks, ProbeAnswers probes) {
        this.message = message;
        RecipientRecords recipients = new RecipientRecords(message,
                new RecipientWriter(message, settings, rules, probes));
        this.envelope = new EnvelopePhase(message, rules, recipients);
        this.content = new ContentPhase(message, settings, checks, new HeaderAddresses(rules, settings));
        this.extracted = new ExtractedPhase(message, settings, rules, recipients);
    }

    /**
     * Reads the message and writes its queue file, all but the final size record.
     *
     * @throws EOFException when the client leaves before the end: the message does not exist
     */
    void read(InputStream in) throws IOException {
        message.beginWithSize();
        RecordReader records = new RecordReader(in);
        while (phase != Phase.ENDED) {
            if (!records.next()) {
                throw new EOFException("the client left before the end of the message");
            }
            if (message.failed()) {
                pass(records.type());
            } else {
                take(records);
            }
        }
        if (!message.failed()) {
            end();
        }
    }

    private void end() {
        try {
            finish();
        } catch (IOException e) {
            failWriting(e);
        }
    }

    private void failWriting(IOException e) {
        log.warn("{}: write queue file: {}", message.id(), FileWords.of(e));
        message.fail(CleanupStatus.WRITE, "");
    }

    private void pass(RecordType type) {
        if (type == RecordType.END) {
            phase = Phase.ENDED;
        }
    }

    private void take(RecordReader records) {
        try {
            phase = switch (phase) {
                case ENVELOPE -> envelope.take(records) ? phase : Phase.CONTENT;
                case CONTENT -> content.take(records) ? phase : Phase.EXTRACTED;
                case EXTRACTED -> extracted.take(records) ? phase : Phase.ENDED;
                case ENDED -> throw new IllegalStateException("after the end");
            };
        } catch (TroubleException e) {
            message.fail(e.status(), e.reason());
            pass(records.type());
        } catch (IOException e) {
            failWriting(e);
            pass(records.type());
        }
        if (message.failed()) {
            pass(records.type());
        }
    }

    private void finish() throws IOException {
        if (message.recipientCount == 0 && !message.probeAnswered) {
            if (!message.has(CleanupClient.DISCARD)) {
                message.fail(CleanupStatus.NO_RECIPIENTS, "");
            }
            return;
        }
        message.writeSize();
    }
}
