package org.postrider.bounce;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.mail.Verp;
import org.postrider.common.notice.NoticeKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who gets which letter. The one place where loops are prevented: a letter to a sender has the null sender; a message with
 * the null sender is reported to the postmaster only, from double_bounce_sender; a message from double_bounce_sender is reported to
 * nobody.
 *
 * <p>A letter to the sender that can't be posted is an {@link IOException}: the caller keeps the message and asks again. A copy for
 * the postmaster that can't be posted is a warning.
 */
final class Correspondence {
    private static final Logger LOG = LoggerFactory.getLogger(Correspondence.class);

    private final BounceSettings settings;
    private final Letters letters;
    private final InstantSource clock;

    Correspondence(BounceSettings settings, Letters letters, InstantSource clock) {
        this.settings = settings;
        this.letters = letters;
        this.clock = clock;
    }

    /**
     * Mail failed for good: returns it to the sender, or tells the postmaster.
     *
     * @param entries what is known about the recipients; none when the log is lost, which is no reason to be silent
     */
    void failure(BounceRequest.Message message, LogEntries entries, Original original)
            throws IOException {
        if (isFromDoubleBounce(message)) {
            LOG.warn("{}: undeliverable postmaster notification discarded", message.queueId());
            return;
        }
        if (message.sender().isEmpty()) {
            if (settings.notifyClasses().contains("2bounce")) {
                toPostmaster(NoticeKind.FAILURE, message, entries, original, settings.doubleBounceRecipient(), false);
            }
            return;
        }
        LogEntries wanting = entries.wanting(Recipient.NOTIFY_FAILURE);
        if (!wanting.isEmpty() || entries.isEmpty()) {
            toSender(NoticeKind.FAILURE, message, message.sender(), wanting, original);
        }
        if (settings.notifyClasses().contains("bounce")) {
            copyToPostmaster(NoticeKind.FAILURE, message, entries, original, settings.bounceRecipient());
        }
    }

    /** As {@link #failure}, one letter for each recipient, to an address that names the recipient (VERP_README). */
    void failureForEach(BounceRequest.Message message, LogEntries entries, Original original)
            throws IOException {
        String complaint = Verp.complaint(message.verpDelimiters(), settings.verpCharacters());
        if (!complaint.isEmpty() || message.sender().isEmpty() || isFromDoubleBounce(message)) {
            failure(message, entries, original);
            return;
        }
        entries.forEach(entry -> failureOfOne(message, entry, original));
    }

    private void failureOfOne(BounceRequest.Message message, BounceRequest.Entry entry, Original original)
            throws IOException {
        LogEntries one = LogEntries.of(List.of(entry));
        if (!one.wanting(Recipient.NOTIFY_FAILURE).isEmpty()) {
            toSender(NoticeKind.FAILURE, message,
                    Verp.sender(message.sender(), entry.recipient(), message.verpDelimiters()), one, original);
        }
        if (settings.notifyClasses().contains("bounce")) {
            copyToPostmaster(NoticeKind.FAILURE, message, one, original, settings.bounceRecipient());
        }
    }

    /** Mail is late. */
    void delay(BounceRequest.Message message, LogEntries entries, Original original)
            throws IOException {
        if (message.sender().isEmpty() || isFromDoubleBounce(message)) {
            return;
        }
        LogEntries wanting = entries.wanting(Recipient.NOTIFY_DELAY);
        if (!wanting.isEmpty()) {
            toSender(NoticeKind.DELAY, message, message.sender(), wanting, original);
        }
        if (settings.notifyClasses().contains("delay")) {
            copyToPostmaster(NoticeKind.DELAY, message, entries, original, settings.delayRecipient());
        }
    }

    /**
     * What the sender asked to be told.
     *
     * @param kind {@link NoticeKind#SUCCESS} or {@link NoticeKind#VERIFY}
     */
    void report(NoticeKind kind, BounceRequest.Message message, LogEntries entries, Original original)
            throws IOException {
        if (message.sender().isEmpty() || isFromDoubleBounce(message) || entries.isEmpty()) {
            return;
        }
        toSender(kind, message, message.sender(), entries, original);
    }

    private boolean isFromDoubleBounce(BounceRequest.Message message) {
        return message.sender().equalsIgnoreCase(settings.doubleBounceSender());
    }

    private void toSender(NoticeKind kind, BounceRequest.Message message, String to, LogEntries entries,
            Original original) throws IOException {
        Notice notice = new Notice(kind, message, entries, to, false, false, clock.instant());
        String id = letters.post("", to, message.sendOptions(),
                out -> new NoticeWriter(settings, notice, original, out).write());
        LOG.info("{}: sender {} notification: {}", message.queueId(), kind.logWord(), id);
    }

    private void copyToPostmaster(NoticeKind kind, BounceRequest.Message message, LogEntries entries,
            Original original, String to) {
        try {
            toPostmaster(kind, message, entries, original, to, true);
        } catch (IOException e) {
            LOG.warn("{}: postmaster notification failed to {}: {}", message.queueId(), to, e.getMessage());
        }
    }

    private void toPostmaster(NoticeKind kind, BounceRequest.Message message, LogEntries entries,
            Original original, String to, boolean headersOnly) throws IOException {
        Notice notice = new Notice(kind, message, entries, to, true, headersOnly, clock.instant());
        String id = letters.post(settings.doubleBounceSender(), to, message.sendOptions(),
                out -> new NoticeWriter(settings, notice, original, out).write());
        LOG.info("{}: postmaster {} notification: {}", message.queueId(), kind.logWord(), id);
    }
}
