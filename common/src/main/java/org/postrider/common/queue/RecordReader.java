package org.postrider.common.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads records: a type byte, the payload's length in base 128 (low group first, bit 0x80 = more follows), the payload. It takes
 * from the stream exactly the bytes of the records, so that something else may follow on the same connection.
 *
 * <p>One reader, one thread. The payload stands in {@link #buffer()} from index 0 until the next {@link #next()}.
 */
public final class RecordReader {
    /** The longest payload accepted unless told otherwise: far above any line, address or attribute we write. */
    public static final int LONGEST = 1 << 20;

    private final InputStream in;
    private final int longest;
    private byte[] buffer = new byte[256];
    private int length;
    private @Nullable RecordType type;

    public RecordReader(InputStream in) {
        this(in, LONGEST);
    }

    /** A reader that refuses payloads longer than this. */
    public RecordReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /**
     * Reads the next record.
     *
     * @return false when the stream ends before a type byte
     * @throws BadRecordException when what comes is not a record
     */
    public boolean next() throws IOException {
        int letter = in.read();
        if (letter < 0) {
            return false;
        }
        RecordType found = RecordType.of(letter);
        if (found == null) {
            throw new BadRecordException("unknown record type " + letter);
        }
        int size = readLength(letter);
        if (size > longest) {
            throw new BadRecordException("record type " + letter + " of " + size + " bytes is too long");
        }
        if (size > buffer.length) {
            buffer = new byte[Math.max(size, Math.min(longest, 2 * buffer.length))];
        }
        if (in.readNBytes(buffer, 0, size) != size) {
            throw new BadRecordException("unexpected end of data in record type " + letter);
        }
        type = found;
        length = size;
        return true;
    }

    private int readLength(int letter) throws IOException {
        int size = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = in.read();
            if (b < 0) {
                throw new BadRecordException("unexpected end of data in the length of record type " + letter);
            }
            size |= (b & 0x7f) << shift;
            if (b < 0x80) {
                return size;
            }
        }
        throw new BadRecordException("too many length bits, record type " + letter);
    }

    /** The current record's type. */
    public RecordType type() {
        if (type == null) {
            throw new IllegalStateException("no record has been read");
        }
        return type;
    }

    /** Holds the payload from index 0; its content changes with the next record. */
    public byte[] buffer() {
        return buffer;
    }

    /** Number of payload bytes in {@link #buffer()}. */
    public int length() {
        return length;
    }

    /** The payload, one char per byte. */
    public String text() {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    }
}
