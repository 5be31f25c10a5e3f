package org.postrider.bounce;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/** A queue directory with one message in active. */
final class SampleQueue {
    static final QueueId ID = new QueueId("3F2A1B40C7");

    final QueueDirectory directory;

    SampleQueue(Path root) {
        directory = new QueueDirectory(root, Set.of("defer", "deferred"), 1);
    }

    /** Writes the message; returns the offset of its recipient record. */
    long put(String sender, String... lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RecordWriter records = new RecordWriter(bytes);
        records.write(RecordType.SIZE, MessageSize.UNKNOWN.format());
        records.write(RecordType.TIME, "1795242132 64029").attribute("create_time", "1795242132");
        records.write(RecordType.SENDER, sender);
        long recipient = records.position();
        records.write(RecordType.RECIPIENT, "ann@example.net");
        records.write(RecordType.MESSAGE);
        long data = records.position();
        for (String line : lines) {
            records.write(RecordType.TEXT, line);
        }
        long extracted = records.position();
        records.write(RecordType.EXTRACTED).attribute("message_id", "<m1@example.org>").write(RecordType.END).flush();
        byte[] file = bytes.toByteArray();
        byte[] size = new MessageSize(extracted - data, data, 1, 0, extracted - data, 0).format()
                .getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(size, 0, file, 2, size.length);
        directory.create(QueueName.ACTIVE);
        Files.write(directory.path(QueueName.ACTIVE, ID), file);
        return recipient;
    }

    /** The letter of the record at this offset of the message. */
    char letterAt(long offset) throws IOException {
        return (char) Files.readAllBytes(directory.path(QueueName.ACTIVE, ID))[(int) offset];
    }
}
