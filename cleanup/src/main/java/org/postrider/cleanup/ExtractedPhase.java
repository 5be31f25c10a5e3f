package org.postrider.cleanup;

import java.io.IOException;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;

/** The records after the content: what was found in it, more recipients, the end. One message, one thread. */
final class ExtractedPhase {
    private final Message message;
    private final CleanupSettings settings;
    private final AddressRules rules;
    private final RecipientRecords recipients;
    private boolean begun;

    ExtractedPhase(Message message, CleanupSettings settings, AddressRules rules, RecipientRecords recipients) {
        this.message = message;
        this.settings = settings;
        this.rules = rules;
        this.recipients = recipients;
    }

    /**
     * Takes one record.
     *
     * @return false when it is the message's last
     */
    boolean take(RecordReader record) throws TroubleException, IOException {
        RecordType type = record.type();
        if (type == RecordType.RECIPIENT) {
            begin();
        }
        if (recipients.take(record)) {
            return true;
        }
        switch (type) {
            case PART -> message.filter = record.text();
            case REDIRECT -> message.redirect = record.text();
            case FLAGS -> flags(record.text());
            case ATTRIBUTE, RETURN_RECEIPT, ERRORS_TO, PRIORITY, INSPECTOR, KILLED, PADDING, POINTER -> {
                // Of an earlier life of the message, or historic.
            }
            case END -> {
                end();
                return false;
            }
            default -> message.failProtocol("unexpected record type " + (char) type.letter()
                    + " in extracted envelope");
        }
        return true;
    }

    private void flags(String text) {
        try {
            message.add(Integer.parseInt(text.strip()));
        } catch (NumberFormatException _) {
            message.failProtocol("bad flags: " + text);
        }
    }

    /** What stands before the recipients here. */
    private void begin() throws IOException {
        if (begun) {
            return;
        }
        begun = true;
        if (!message.filter.isEmpty()) {
            message.write(RecordType.FILTER, message.filter);
        }
        if (!message.redirect.isEmpty()) {
            message.write(RecordType.REDIRECT, message.redirect);
        }
        if (settings.threadedBounces() && !message.messageId.isEmpty()) {
            message.records().attribute("message_id", message.messageId);
        }
        if (!message.headerEncoding.isEmpty()) {
            message.records().attribute("encoding", message.headerEncoding);
        }
    }

    private void end() throws TroubleException, IOException {
        begin();
        if (message.has(CleanupClient.BCC) && !rules.alwaysBcc().isEmpty() && message.recipientCount > 0) {
            recipients.writer().copy(rules.alwaysBcc());
        }
        recipients.writer().copies(message.copies);
        message.records().write(RecordType.END);
    }
}
