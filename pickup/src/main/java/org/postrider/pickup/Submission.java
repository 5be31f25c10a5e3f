package org.postrider.pickup;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.mail.MailDate;
import org.postrider.common.queue.BadRecordException;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One submitted message on its way to cleanup: a user's records are held to what a user may say, the Received header is added,
 * and the content streams through line by line. Nothing is kept of a message that breaks off.
 */
final class Submission {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    /** What a user may put before the content. */
    private static final Set<RecordType> ENVELOPE = EnumSet.of(RecordType.SIZE, RecordType.TIME, RecordType.FULL_NAME,
            RecordType.SENDER, RecordType.RECIPIENT, RecordType.VERP, RecordType.ATTRIBUTE, RecordType.DSN_ENVELOPE_ID,
            RecordType.DSN_NOTIFY);
    private static final int LONGEST_ENVELOPE_RECORD = 2048;
    private static final Set<RecordType> CONTENT = EnumSet.of(RecordType.TEXT, RecordType.PART);
    /** What a user may put after the content. */
    private static final Set<RecordType> EXTRACTED = EnumSet.of(RecordType.ATTRIBUTE, RecordType.RECIPIENT,
            RecordType.RETURN_RECEIPT, RecordType.ERRORS_TO);
    /** Attributes that a user may set. */
    private static final Set<String> USER_ATTRIBUTES = Set.of("encoding", "trace_flags", "ret_flags", "envelope_id",
            "notify_flags", "dsn_orig_rcpt", "sendopts", "rewrite_context");
    /** Attributes that the system sets again when a message of its own comes back from maildrop. */
    private static final Set<String> RENEWED_ATTRIBUTES = Set.of("create_time", "message_id", "rewrite_context",
            "log_message_origin");

    private final PickupSettings settings;
    private final CleanupClient cleanup;
    private final InstantSource clock;

    Submission(PickupSettings settings, CleanupClient cleanup, InstantSource clock) {
        this.settings = settings;
        this.cleanup = cleanup;
        this.clock = clock;
    }

    /**
     * Hands one message to cleanup.
     *
     * @param bounce true when a refusal has to be mailed to the sender because nobody waits for the answer
     * @throws SubmissionException when the records are not a message; cleanup has forgotten it
     * @throws SenderRefusedException when the user may not give this sender; cleanup has forgotten it
     * @throws IOException when the records can't be read or cleanup can't be reached
     */
    CleanupStatus submit(RecordReader in, Origin origin, boolean bounce)
            throws IOException, SubmissionException {
        try (CleanupClient.Message message = cleanup.begin(flags(bounce))) {
            RecordWriter out = new RecordWriter(message.records());
            envelope(in, out, origin, message.queueId());
            content(in, out, origin, message.queueId());
            extracted(in, out, origin);
            out.write(RecordType.END).flush();
            return message.finish();
        } catch (BadRecordException e) {
            throw new SubmissionException(String.valueOf(e.getMessage()));
        }
    }

    private int flags(boolean bounce) {
        int flags = CleanupClient.BCC | (bounce ? CleanupClient.BOUNCE : 0);
        flags |= settings.filter() ? CleanupClient.FILTER : 0;
        flags |= settings.mapping() ? CleanupClient.MAP : 0;
        flags |= settings.utf8Flag();
        return flags | (settings.milters() ? CleanupClient.MILTER : 0);
    }

    private void envelope(RecordReader in, RecordWriter out, Origin origin, String id)
            throws IOException, SubmissionException {
        Instant arrived = origin.arrived();
        out.write(RecordType.TIME, arrived.getEpochSecond() + " " + arrived.getNano() / 1000);
        if (!settings.contentFilter().isEmpty()) {
            out.write(RecordType.FILTER, settings.contentFilter());
        }
        out.attribute("rewrite_context", "local");
        boolean sender = false;
        while (next(in) != RecordType.MESSAGE) {
            RecordType type = in.type();
            if (type == RecordType.SENDER) {
                sender = true;
                Optional<String> refusal = origin.senders().apply(in.text());
                if (refusal.isPresent()) {
                    throw new SenderRefusedException(refusal.get());
                }
                LOG.info("{}: uid={} from=<{}>{}", id, origin.uid(), settings.addresses().show(in.text()),
                        origin.originalId().isEmpty() ? "" : " orig_id=" + origin.originalId());
                out.write(type, in.text());
                out.attribute("log_message_origin", "local");
            } else {
                copyEnvelopeRecord(in, out, origin);
            }
        }
        if (!sender) {
            throw new SubmissionException("message has no sender record");
        }
    }

    private static void copyEnvelopeRecord(RecordReader in, RecordWriter out, Origin origin)
            throws IOException, SubmissionException {
        RecordType type = in.type();
        switch (type) {
            case SIZE -> {
                if (origin.trusted()) {
                    copyWishes(in, out);
                }
            }
            case TIME, PADDING, POINTER, WARN_TIME, DONE, KILLED, CANCELED_RECIPIENT -> {
                // Made anew by cleanup, or of no more meaning.
            }
            case ATTRIBUTE -> copyAttribute(in, out, origin);
            default -> {
                if (!origin.trusted() && !ENVELOPE.contains(type)) {
                    throw new SubmissionException("unexpected record type '" + (char) type.letter() + "' in envelope");
                }
                if (type != RecordType.FILTER) {
                    out.write(type, in.buffer(), 0, in.length());
                }
            }
        }
    }

    /** What a sender asked for holds also when the message is queued anew; the rest of the record is made again. */
    private static void copyWishes(RecordReader in, RecordWriter out) throws IOException, SubmissionException {
        int wishes;
        try {
            wishes = CleanupClient.wishes(MessageSize.parse(in.text()).sendOptions());
        } catch (CorruptQueueFileException e) {
            throw new SubmissionException(String.valueOf(e.getMessage()));
        }
        if (wishes != 0) {
            out.write(RecordType.FLAGS, Integer.toString(wishes));
        }
    }

    private static void copyAttribute(RecordReader in, RecordWriter out, Origin origin) throws IOException {
        String text = in.text();
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        boolean allowed = origin.trusted() ? !RENEWED_ATTRIBUTES.contains(name) : USER_ATTRIBUTES.contains(name);
        if (allowed && equals > 0 && !name.equals("rewrite_context")) {
            out.write(RecordType.ATTRIBUTE, text);
        }
    }

    private void content(RecordReader in, RecordWriter out, Origin origin, String id)
            throws IOException, SubmissionException {
        out.write(RecordType.MESSAGE);
        if (!origin.trusted()) {
            out.write(RecordType.TEXT, "Received: by " + settings.hostName() + " (" + settings.mailName()
                    + ", from userid " + origin.uid() + ")");
            out.write(RecordType.TEXT,
                    "\tid " + id + "; " + MailDate.rfc5322(clock.instant(), ZoneId.systemDefault()));
        }
        while (next(in) != RecordType.EXTRACTED) {
            RecordType type = in.type();
            if (CONTENT.contains(type)) {
                out.write(type, in.buffer(), 0, in.length());
            } else if (type != RecordType.PADDING && !(origin.trusted() && type == RecordType.POINTER)) {
                throw new SubmissionException("unexpected record type '" + (char) type.letter() + "' in content");
            }
        }
    }

    private static void extracted(RecordReader in, RecordWriter out, Origin origin)
            throws IOException, SubmissionException {
        out.write(RecordType.EXTRACTED);
        while (next(in) != RecordType.END) {
            RecordType type = in.type();
            if (type == RecordType.ATTRIBUTE) {
                copyAttribute(in, out, origin);
            } else if (origin.trusted() ? isAddress(type) : EXTRACTED.contains(type)) {
                out.write(type, in.buffer(), 0, in.length());
            } else if (!origin.trusted()) {
                throw new SubmissionException("unexpected record type '" + (char) type.letter() + "' after content");
            }
        }
    }

    private static boolean isAddress(RecordType type) {
        return type == RecordType.RECIPIENT || type == RecordType.ORIGINAL_RECIPIENT
                || type == RecordType.DSN_ORIGINAL_RECIPIENT || type == RecordType.DSN_NOTIFY;
    }

    private static RecordType next(RecordReader in) throws IOException, SubmissionException {
        if (!in.next()) {
            throw new SubmissionException("message ends before its end record");
        }
        if (!CONTENT.contains(in.type())) {
            checkText(in);
        }
        return in.type();
    }

    /** Addresses and attributes end up in SMTP commands, mailboxes and messages between programs: no line breaks, no NUL, no sacks. */
    private static void checkText(RecordReader in) throws SubmissionException {
        if (in.length() > LONGEST_ENVELOPE_RECORD) {
            throw new SubmissionException("record of " + in.length() + " bytes outside the content");
        }
        for (int i = 0; i < in.length(); i++) {
            int b = in.buffer()[i] & 0xff;
            if ((b < ' ' && b != '\t') || b == 127) {
                throw new SubmissionException("control character in a record outside the content");
            }
        }
    }
}
