package org.postrider.cleanup;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.postrider.cleanup.CanonicalMaps.AddressClass;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/** Turns recipients as the client gave them into recipient records. One message, one thread. */
final class RecipientWriter {
    private static final String UTF8 = "utf-8;";

    private final Message message;
    private final CleanupSettings settings;
    private final AddressRules rules;
    private final ProbeAnswers probes;
    private final DuplicateFilter duplicates;
    private boolean warnTimeWritten;

    RecipientWriter(Message message, CleanupSettings settings, AddressRules rules, ProbeAnswers probes) {
        this.probes = probes;
        this.message = message;
        this.settings = settings;
        this.rules = rules;
        this.duplicates = new DuplicateFilter(settings.duplicateFilterLimit());
    }

    /** When the sender is to be told of a delay: stands before the recipients. */
    void writeWarnTime() throws IOException {
        if (warnTimeWritten) {
            return;
        }
        warnTimeWritten = true;
        Duration delay = settings.delayWarningTime();
        if (!delay.isZero() && !message.sender.isEmpty()) {
            message.write(RecordType.WARN_TIME,
                    String.format(Locale.ROOT, "%15d", message.arrived.plus(delay).getEpochSecond()));
        }
    }

    /** A recipient from the client. An empty original means the address itself. */
    void recipient(Recipient given) throws TroubleException, IOException {
        writeWarnTime();
        String original = given.original().isEmpty() ? given.address() : given.original();
        String address = rewritten(given.address());
        String dsnOriginal = given.dsnOriginal().isEmpty() ? dsnOriginal(address) : given.dsnOriginal();
        if (message.has(CleanupClient.MAP)) {
            address = rules.canonical().map(message.id(), address, AddressClass.ENVELOPE_RECIPIENT);
        }
        message.recipient = address;
        message.notifyBits |= given.dsnNotify();
        expand(new Recipient(-1, address, original, dsnOriginal, given.dsnNotify()));
        if (message.has(CleanupClient.BCC)) {
            copies(rules.recipientBcc().find(message.id(), address));
        }
    }

    private static String dsnOriginal(String address) {
        String external = Address.toExternal(address);
        boolean ascii = external.chars().allMatch(c -> c < 0x80);
        return (ascii ? "rfc822;" : UTF8) + external;
    }

    /** Recipients that sender and recipient need not know about. */
    void copies(List<String> addresses) throws TroubleException, IOException {
        for (String address : addresses) {
            copy(address);
        }
    }

    /** One such recipient. */
    void copy(String given) throws TroubleException, IOException {
        expand(new Recipient(-1, rewritten(given), given, "", Recipient.NOTIFY_NEVER));
    }

    private String rewritten(String address) throws IOException {
        return rules.rewriting().rewrite(RewriteRequest.LOCAL,
                address.isEmpty() ? settings.emptyAddressRecipient() : address);
    }

    private void expand(Recipient recipient) throws TroubleException, IOException {
        if (!message.has(CleanupClient.MAP)) {
            write(recipient);
            return;
        }
        List<String> found = rules.virtual().expand(message.id(), recipient.address());
        if (found.size() > 1 && message.isProbe()) {
            probes.deliverable(message, recipient);
            message.probeAnswered = true;
            return;
        }
        int notify = recipient.dsnNotify();
        if (found.size() > 1 && (notify & Recipient.NOTIFY_SUCCESS) != 0) {
            message.expanded.add(recipient);
            notify = withoutSuccess(notify);
        }
        for (String address : found) {
            write(new Recipient(-1, address, recipient.original(), recipient.dsnOriginal(), notify));
        }
    }

    /** RFC 3461 section 5.2.7.3: the expansion is what the sender hears of, not what becomes of each member. */
    private static int withoutSuccess(int notify) {
        return notify == Recipient.NOTIFY_SUCCESS ? Recipient.NOTIFY_NEVER : notify & ~Recipient.NOTIFY_SUCCESS;
    }

    private void write(Recipient wanted) throws IOException {
        Recipient recipient = settings.enableOriginalRecipient()
                ? wanted
                : new Recipient(-1, wanted.address(), "", wanted.dsnOriginal(), wanted.dsnNotify());
        if (!duplicates.isNew(recipient)) {
            return;
        }
        RecordWriter records = message.records();
        if (!recipient.dsnOriginal().isEmpty()) {
            records.attribute("dsn_orig_rcpt", recipient.dsnOriginal());
        }
        if (recipient.dsnNotify() != 0) {
            records.attribute("notify_flags", Integer.toString(recipient.dsnNotify()));
        }
        if (!recipient.original().isEmpty()) {
            records.write(RecordType.ORIGINAL_RECIPIENT, recipient.original());
        }
        records.write(RecordType.RECIPIENT, recipient.address());
        message.accept(recipient);
    }
}
