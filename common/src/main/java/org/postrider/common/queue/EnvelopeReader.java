package org.postrider.common.queue;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** Gathers the envelope of one file, from its first record to END, stepping over the content. */
final class EnvelopeReader {
    /** Most bytes of an envelope without recipients; ours have some thousand. */
    private static final int MOST_BYTES = 1 << 17;
    /** What keeping one more record costs besides its bytes. */
    private static final int RECORD_COST = 64;
    /** Seconds below this, some 140,000 years, can be turned into microseconds. */
    private static final long NUMBER_LIMIT = 1L << 42;

    private final QueueFileRecords records;
    private final MessageSize size;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private int bytes;
    private @Nullable String sender;
    private @Nullable Instant arrived;
    private String fullName = "";
    private String filter = "";
    private String redirect = "";
    private String verp = "";
    private Envelope.Warning warning = Envelope.Warning.NONE;

    EnvelopeReader(QueueFileRecords records, MessageSize size) {
        this.records = records;
        this.size = size;
    }

    Envelope read() throws IOException {
        boolean inContent = false;
        while (records.next()) {
            switch (records.type()) {
                case END -> {
                    return finish();
                }
                case MESSAGE -> {
                    inContent = true;
                    if (size.isKnown()) {
                        records.seek(size.extractedOffset());
                    }
                }
                case EXTRACTED -> inContent = false;
                default -> {
                    if (!inContent) {
                        take(records.type());
                    } else if (size.isKnown()) {
                        throw new CorruptQueueFileException("no extracted record where the size record says");
                    }
                }
            }
        }
        throw new CorruptQueueFileException("missing end record");
    }

    private void take(RecordType type) throws CorruptQueueFileException {
        if (!isAboutRecipient(type)) {
            bytes += records.length() + RECORD_COST;
            if (bytes > MOST_BYTES) {
                throw new CorruptQueueFileException("envelope is too large");
            }
        }
        switch (type) {
            case TIME -> arrived = time(records.text());
            case SENDER -> sender = records.text();
            case FULL_NAME -> fullName = records.text();
            case PART -> filter = records.text();
            case REDIRECT -> redirect = records.text();
            case VERP -> verp = records.text();
            case WARN_TIME -> warning = new Envelope.Warning(number(records.text()), records.offset());
            case CREATE_TIME -> attributes.put("create_time", records.text());
            case DSN_RETURN -> attributes.put("ret_flags", records.text());
            case DSN_ENVELOPE_ID -> attributes.put("envelope_id", records.text());
            case ATTRIBUTE -> attribute();
            case SIZE, INSPECTOR, DONE, RECIPIENT, ORIGINAL_RECIPIENT, CANCELED_RECIPIENT, KILLED, FLAGS, DELAY,
                    MESSAGE, TEXT, PADDING, EXTRACTED, RETURN_RECEIPT, ERRORS_TO, PRIORITY, POINTER,
                    DSN_ORIGINAL_RECIPIENT, DSN_NOTIFY, MILTERS, END -> {
                // Not about the message as a whole.
            }
        }
    }

    /** A message may have as many recipients as it likes; nothing of them is kept here. */
    private boolean isAboutRecipient(RecordType type) {
        return switch (type) {
            case RECIPIENT, DONE, ORIGINAL_RECIPIENT, CANCELED_RECIPIENT, DSN_ORIGINAL_RECIPIENT, DSN_NOTIFY -> true;
            case ATTRIBUTE -> RecipientCollector.isRecipientAttribute(records.text());
            default -> false;
        };
    }

    private void attribute() {
        String text = records.text();
        if (RecipientCollector.isRecipientAttribute(text)) {
            return;
        }
        int equals = text.indexOf('=');
        if (equals > 0) {
            attributes.put(text.substring(0, equals), text.substring(equals + 1));
        }
    }

    private Envelope finish() throws CorruptQueueFileException {
        if (sender == null) {
            throw new CorruptQueueFileException("missing sender record");
        }
        if (arrived == null) {
            throw new CorruptQueueFileException("missing arrival time record");
        }
        String createTime = attributes.get("create_time");
        Instant created = createTime == null ? arrived : Instant.ofEpochSecond(number(createTime));
        return new Envelope(sender, arrived, created, fullName, filter, redirect, verp, warning, attributes);
    }

    private static Instant time(String text) throws CorruptQueueFileException {
        StringTokenizer words = new StringTokenizer(text);
        if (!words.hasMoreTokens()) {
            throw new CorruptQueueFileException("bad arrival time record");
        }
        long seconds = number(words.nextToken());
        long micros = words.hasMoreTokens() ? number(words.nextToken()) : 0;
        try {
            return Instant.ofEpochSecond(seconds, micros * 1000);
        } catch (DateTimeException | ArithmeticException _) {
            throw new CorruptQueueFileException("bad arrival time record: " + text);
        }
    }

    private static long number(String text) throws CorruptQueueFileException {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0 && number < NUMBER_LIMIT) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Reported below, with numbers out of range.
        }
        throw new CorruptQueueFileException("bad number in an envelope record: " + text);
    }
}
