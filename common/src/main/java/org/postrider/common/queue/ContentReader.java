package org.postrider.common.queue;

import java.io.IOException;

/**
 * The content of a message, record by record: header and body lines without line ends, long lines in pieces. The bytes stand in
 * {@link #buffer()} until the next call. One thread.
 */
public final class ContentReader {
    private final QueueFileRecords records;
    private boolean ended;

    ContentReader(QueueFileRecords records) {
        this.records = records;
    }

    /**
     * Reads the next line or piece of a line.
     *
     * @return false at the end of the content
     * @throws CorruptQueueFileException when the file ends first or something else stands in the content
     */
    public boolean next() throws IOException {
        if (ended) {
            return false;
        }
        if (!records.next()) {
            throw new CorruptQueueFileException("file ends in the middle of the content");
        }
        RecordType type = records.type();
        if (type == RecordType.TEXT || type == RecordType.PART) {
            return true;
        }
        if (type == RecordType.EXTRACTED) {
            ended = true;
            return false;
        }
        throw new CorruptQueueFileException(
                "bad record type: " + type.letter() + " in message content");
    }

    /** True when the line ends after these bytes; false when it goes on in the next record. */
    public boolean endsLine() {
        return records.type() == RecordType.TEXT;
    }

    /** Holds the bytes from index 0. */
    public byte[] buffer() {
        return records.buffer();
    }

    /** Number of bytes in {@link #buffer()}. */
    public int length() {
        return records.length();
    }

    /** The bytes as text, one char per byte. */
    public String text() {
        return records.text();
    }
}
