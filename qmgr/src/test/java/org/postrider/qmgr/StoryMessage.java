package org.postrider.qmgr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/**
 * What a message of a {@link QueueStory} looks like.
 *
 * @param serial its number, which stands in its content
 * @param lines how long it is
 */
record StoryMessage(int serial, int lines) {
    private static final String SERIAL = "Serial: ";

    /** Writes the records into the file; returns the offsets of its recipients. */
    List<Integer> write(NewQueueFile file) throws IOException {
        List<Integer> recipients = new ArrayList<>();
        file.patchSize(write(file, file.records(), MessageSize.UNKNOWN, recipients));
        return recipients;
    }

    /** The file as it will be, which may be in memory yet. */
    byte[] image(NewQueueFile file) throws IOException {
        MessageSize size = write(file, new RecordWriter(OutputStream.nullOutputStream()), MessageSize.UNKNOWN,
                new ArrayList<>());
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        RecordWriter records = new RecordWriter(image);
        MessageSize _ = write(file, records, size, new ArrayList<>());
        records.flush();
        return image.toByteArray();
    }

    private MessageSize write(NewQueueFile file, RecordWriter records, MessageSize size, List<Integer> recipients)
            throws IOException {
        long created = file.created().getEpochSecond();
        records.write(RecordType.SIZE, size.format());
        records.write(RecordType.TIME, created + " 0");
        records.attribute("create_time", Long.toString(created));
        records.write(RecordType.SENDER, "sender@example.com");
        for (int i = 0; i <= serial % 3; i++) {
            recipients.add((int) records.position());
            records.write(RecordType.RECIPIENT, "to" + i + "@example.com");
        }
        records.write(RecordType.MESSAGE);
        long data = records.position();
        records.write(RecordType.TEXT, SERIAL + serial + ".");
        for (int i = 0; i < lines; i++) {
            records.write(RecordType.TEXT, "line " + i + " of message " + serial + " is not too long");
        }
        long extracted = records.position();
        records.write(RecordType.EXTRACTED);
        records.write(RecordType.END);
        return new MessageSize(extracted - data, data, recipients.size(), 0, extracted - data, 0);
    }

    /** The number of the message in a queue file; -1 where none can be read. */
    static int serial(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(SERIAL);
        int end = text.indexOf('.', Math.max(at, 0));
        if (at < 0 || end < 0) {
            return -1;
        }
        String number = text.substring(at + SERIAL.length(), end);
        return number.chars().allMatch(Character::isDigit) && !number.isEmpty() ? Integer.parseInt(number) : -1;
    }
}
