package org.postrider.common.queue;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * The records of a file in the order in which they count: pointers are followed and padding is left out, unless the reader is
 * raw. One thread.
 */
public final class QueueFileRecords {
    /** As many jumps back as one reader makes before it says the pointers run in a circle. */
    static final int MOST_JUMPS_BACK = 10_000;

    private final QueueFileInput in;
    private final RecordReader reader;
    private final boolean raw;
    private long offset;
    private int jumpsBack;

    /** @param raw show pointers and padding as they stand, in file order */
    public QueueFileRecords(FileChannel channel, boolean raw) {
        this(channel, FileBeginning.unread(), raw);
    }

    QueueFileRecords(FileChannel channel, FileBeginning beginning, boolean raw) {
        this.in = new QueueFileInput(channel, beginning);
        this.reader = new RecordReader(in);
        this.raw = raw;
    }

    /** Goes on at this file offset. */
    public void seek(long position) {
        in.seek(position);
    }

    /**
     * Reads the next record.
     *
     * @return false at the end of the file
     * @throws CorruptQueueFileException when what stands there is not a record or a pointer leads nowhere
     */
    public boolean next() throws IOException {
        while (readOne()) {
            if (raw) {
                return true;
            }
            switch (reader.type()) {
                case POINTER -> follow();
                case PADDING -> {
                    // Room that an edit left.
                }
                default -> {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean readOne() throws IOException {
        offset = in.position();
        try {
            return reader.next();
        } catch (BadRecordException e) {
            throw new CorruptQueueFileException(e.getMessage() + " at offset " + offset, e);
        }
    }

    /** Where the current record points to; 0 says go on here. */
    public long pointer() throws CorruptQueueFileException {
        try {
            long target = Long.parseLong(reader.text().strip());
            if (target >= 0) {
                return target;
            }
        } catch (NumberFormatException _) {
            // Reported below, with negative ones.
        }
        throw new CorruptQueueFileException("bad pointer record at offset " + offset);
    }

    /** Goes where the current pointer record points to. */
    public void follow() throws CorruptQueueFileException {
        long target = pointer();
        if (target == 0) {
            return;
        }
        if (target <= offset && ++jumpsBack > MOST_JUMPS_BACK) {
            throw new CorruptQueueFileException("pointer records run in a circle at offset " + offset);
        }
        in.seek(target);
    }

    /** File offset of the current record. */
    public long offset() {
        return offset;
    }

    /** File offset after the current record. */
    public long nextOffset() {
        return in.position();
    }

    public RecordType type() {
        return reader.type();
    }

    /** Holds the payload from index 0 until the next record is read. */
    public byte[] buffer() {
        return reader.buffer();
    }

    /** Number of payload bytes. */
    public int length() {
        return reader.length();
    }

    /** The payload, one char per byte. */
    public String text() {
        return reader.text();
    }
}
