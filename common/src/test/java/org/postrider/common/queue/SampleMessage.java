package org.postrider.common.queue;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Writes a message as cleanup does, with the fields tests look at. */
public final class SampleMessage {
    private SampleMessage() {}

    /** A committed message in this queue. */
    public static QueueId write(QueueDirectory directory, QueueName queue, InstantSource clock, String sender,
            List<String> recipients) throws IOException {
        return write(directory, queue, clock, sender, recipients, List.of("Subject: test", "", "Hello"));
    }

    /** A committed message with these attributes in this queue. */
    public static QueueId write(QueueDirectory directory, QueueName queue, InstantSource clock, String sender,
            List<String> recipients, Map<String, String> attributes) throws IOException {
        return write(directory, queue, clock, sender, recipients, List.of("Subject: test", "", "Hello"), attributes);
    }

    /** A committed message with these lines in this queue. */
    public static QueueId write(QueueDirectory directory, QueueName queue, InstantSource clock, String sender,
            List<String> recipients, List<String> lines) throws IOException {
        return write(directory, queue, clock, sender, recipients, lines, Map.of());
    }

    private static QueueId write(QueueDirectory directory, QueueName queue, InstantSource clock, String sender,
            List<String> recipients, List<String> lines, Map<String, String> attributes) throws IOException {
        NewQueueFile file = NewQueueFile.create(directory, queue, false, clock, _ -> false);
        RecordWriter records = file.records();
        file.beginWithSize();
        long seconds = file.created().getEpochSecond();
        records.write(RecordType.TIME, seconds + " " + file.created().getNano() / 1000);
        records.attribute("create_time", Long.toString(seconds));
        records.attribute("log_client_name", "client.example");
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            records.attribute(attribute.getKey(), attribute.getValue());
        }
        records.write(RecordType.SENDER, sender);
        records.write(RecordType.WARN_TIME, "%15d".formatted(seconds + 14400));
        for (String recipient : recipients) {
            records.attribute("notify_flags", "2");
            records.attribute("dsn_orig_rcpt", "rfc822;" + recipient);
            records.write(RecordType.ORIGINAL_RECIPIENT, recipient);
            records.write(RecordType.RECIPIENT, recipient);
        }
        records.write(RecordType.MESSAGE);
        long data = records.position();
        for (String line : lines) {
            String rest = line;
            while (rest.length() > 2048) {
                records.write(RecordType.PART, rest.substring(0, 2048));
                rest = rest.substring(2048);
            }
            records.write(RecordType.TEXT, rest);
        }
        long extracted = records.position();
        records.write(RecordType.EXTRACTED);
        records.attribute("message_id", "<1@example.com>");
        records.write(RecordType.END);
        file.patchSize(new MessageSize(extracted - data, data, recipients.size(), 4, extracted - data, 0));
        new FsyncCommit().commit(file);
        return file.id();
    }
}
