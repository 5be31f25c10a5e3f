package org.postrider.cleanup;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.postrider.cleanup.CanonicalMaps.AddressClass;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.mail.Verp;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;

/** The records before the content: time, sender and what is known about it, recipients. One message, one thread. */
final class EnvelopePhase {
    private final Message message;
    private final AddressRules rules;
    private final RecipientRecords recipients;
    private boolean hasTime;
    private boolean hasSender;
    private boolean hasFilter;

    EnvelopePhase(Message message, AddressRules rules, RecipientRecords recipients) {
        this.message = message;
        this.rules = rules;
        this.recipients = recipients;
    }

    /**
     * Takes one record.
     *
     * @return false when it is the one that begins the content
     */
    boolean take(RecordReader record) throws TroubleException, IOException {
        RecordType type = record.type();
        if (recipients.take(record)) {
            if (!hasSender) {
                message.failProtocol("envelope recipient before sender");
            }
            return true;
        }
        switch (type) {
            case TIME -> time(record.text());
            case SENDER -> sender(record.text());
            case ATTRIBUTE -> attribute(record.text());
            case FULL_NAME -> {
                needTime();
                message.fullName = record.text();
                message.write(type, message.fullName);
            }
            case PART -> filter(record.text());
            case REDIRECT -> message.redirect = record.text();
            case FLAGS -> flags(record.text());
            case VERP -> verp(record.text());
            case DSN_RETURN -> attribute("ret_flags=" + record.text());
            case DSN_ENVELOPE_ID -> attribute("envelope_id=" + record.text());
            case MESSAGE -> {
                begin();
                return false;
            }
            case SIZE, CREATE_TIME, WARN_TIME, MILTERS, PADDING, POINTER, KILLED, DONE, CANCELED_RECIPIENT, INSPECTOR,
                    RETURN_RECEIPT, ERRORS_TO, PRIORITY, DELAY -> {
                // Ours to say, or of an earlier life of the message.
            }
            default -> message.failProtocol("unexpected record type " + (char) type.letter() + " in envelope");
        }
        return true;
    }

    private void time(String text) throws IOException {
        if (hasTime) {
            return;
        }
        hasTime = true;
        String[] words = text.strip().split(" +", -1);
        try {
            long micros = words.length > 1 ? Long.parseLong(words[1]) : 0;
            message.arrived = Instant.ofEpochSecond(Long.parseLong(words[0]), micros * 1000);
        } catch (NumberFormatException | DateTimeException | ArithmeticException _) {
            message.failProtocol("bad arrival time: " + text);
        }
        message.write(RecordType.TIME,
                message.arrived.getEpochSecond() + " " + message.arrived.getNano() / 1000);
        message.records().attribute("create_time", Long.toString(message.created().getEpochSecond()));
    }

    /** The arrival time stands first, also when the client left it to us. */
    private void needTime() throws IOException {
        if (!hasTime) {
            time(message.arrived.getEpochSecond() + " " + message.arrived.getNano() / 1000);
        }
    }

    private void sender(String given) throws TroubleException, IOException {
        if (hasSender) {
            message.failProtocol("more than one sender");
            return;
        }
        needTime();
        hasSender = true;
        String address = given.isEmpty() ? given : rules.rewriting().rewrite(RewriteRequest.LOCAL, given);
        if (message.has(CleanupClient.MAP)) {
            address = rules.canonical().map(message.id(), address, AddressClass.ENVELOPE_SENDER);
        }
        message.sender = address;
        message.write(RecordType.SENDER, address);
        if (message.has(CleanupClient.BCC) && !address.isEmpty()) {
            List<String> copies = rules.senderBcc().find(message.id(), address);
            recipients.writer().copies(copies);
        }
    }

    private void attribute(String text) throws IOException {
        needTime();
        int equals = text.indexOf('=');
        if (equals <= 0) {
            message.failProtocol("malformed attribute: " + text);
            return;
        }
        String name = text.substring(0, equals);
        String value = text.substring(equals + 1);
        switch (name) {
            case "create_time" -> {
                return;
            }
            case "encoding" -> message.encoding = value;
            case "rewrite_context", "log_message_origin", "log_protocol_name", "log_helo_name", "envelope_id",
                    "trace_flags" ->
                message.remember(name, value);
            default -> {
            }
        }
        message.records().attribute(name, value);
    }

    private void filter(String text) throws IOException {
        if (text.indexOf(':') < 0) {
            message.failProtocol("bad content filter: " + text);
        } else if (!hasFilter) {
            needTime();
            hasFilter = true;
            message.write(RecordType.FILTER, text);
        }
    }

    private void flags(String text) {
        try {
            message.add(Integer.parseInt(text.strip()));
        } catch (NumberFormatException _) {
            message.failProtocol("bad flags: " + text);
        }
    }

    private void verp(String delimiters) throws IOException {
        if (delimiters.length() != 2) {
            message.failProtocol(Verp.complaint(delimiters, delimiters));
        } else if (!message.sender.isEmpty()) {
            message.write(RecordType.VERP, delimiters);
        }
    }

    private void begin() throws IOException {
        if (!hasSender) {
            message.failProtocol("missing envelope sender");
        }
        recipients.writer().writeWarnTime();
        message.records().write(RecordType.MESSAGE);
        message.dataOffset = message.records().position();
    }
}
