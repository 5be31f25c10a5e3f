package org.postrider.common.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One message in the journal. Immutable. */
final class JournalRecord {
    /** Bytes besides names and image: length, time, length of the queue's name, length of the id. */
    private static final int FIXED = Integer.BYTES + Long.BYTES + 2;

    private final QueueId id;
    private final QueueName queue;
    private final long time;
    private final byte[] image;

    /**
     * @param queue where its file was when it was committed: incoming or hold
     * @param time of the commit, nanoseconds of a clock that only goes forward while the machine runs
     * @param image the whole queue file; the caller does not change it any more
     */
    JournalRecord(QueueId id, QueueName queue, long time, byte[] image) {
        this.id = id;
        this.queue = queue;
        this.time = time;
        this.image = image;
    }

    QueueId id() {
        return id;
    }

    QueueName queue() {
        return queue;
    }

    long time() {
        return time;
    }

    /** The queue file; nobody changes it. */
    byte[] image() {
        return image;
    }

    /** Bytes that {@link #encode} writes. */
    int encodedSize() {
        return FIXED + queue.directory().length() + id.text().length() + image.length;
    }

    void encode(ByteBuffer out) {
        out.putInt(encodedSize() - Integer.BYTES).putLong(time);
        putName(out, queue.directory());
        putName(out, id.text());
        out.put(image);
    }

    private static void putName(ByteBuffer out, String name) {
        out.put((byte) name.length()).put(name.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads one record; empty when what stands there is none. */
    static Optional<JournalRecord> decode(ByteBuffer in) {
        try {
            int length = in.getInt();
            int end = in.position() + length;
            if (length < 0 || end > in.limit()) {
                return Optional.empty();
            }
            long time = in.getLong();
            Optional<QueueName> queue = QueueName.of(name(in));
            Optional<QueueId> id = QueueId.parse(name(in));
            if (queue.isEmpty() || id.isEmpty() || in.position() > end) {
                return Optional.empty();
            }
            byte[] image = new byte[end - in.position()];
            in.get(image);
            return Optional.of(new JournalRecord(id.get(), queue.get(), time, image));
        } catch (BufferUnderflowException _) {
            return Optional.empty();
        }
    }

    private static String name(ByteBuffer in) {
        byte[] name = new byte[in.get() & 0xff];
        in.get(name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
