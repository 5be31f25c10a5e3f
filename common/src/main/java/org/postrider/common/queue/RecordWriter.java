package org.postrider.common.queue;

import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes records as {@link RecordReader} reads them. It collects a few kilobytes before it writes to the stream: call
 * {@link #flush()} before waiting for an answer. One writer, one thread.
 */
public final class RecordWriter implements Flushable {
    private static final byte[] NOTHING = new byte[0];

    private final OutputStream out;
    private final byte[] buffer = new byte[8192];
    private int used;
    private long position;

    public RecordWriter(OutputStream out) {
        this.out = out;
    }

    /** Number of bytes of records written so far: in a file written from its start, the offset of the next record. */
    public long position() {
        return position;
    }

    /** Writes a record without payload. */
    public RecordWriter write(RecordType type) throws IOException {
        return write(type, NOTHING, 0, 0);
    }

    /** Writes a record with this text, one byte per char. */
    public RecordWriter write(RecordType type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return write(type, bytes, 0, bytes.length);
    }

    /** Writes a named attribute. */
    public RecordWriter attribute(String name, String value) throws IOException {
        return write(RecordType.ATTRIBUTE, name + "=" + value);
    }

    /** Writes a record with this payload. */
    public RecordWriter write(RecordType type, byte[] source, int offset, int length) throws IOException {
        if (length >= 1 << 28) {
            throw new IllegalArgumentException("record of " + length + " bytes");
        }
        room(6);
        int start = used;
        buffer[used++] = type.letter();
        int rest = length;
        while (rest >= 0x80) {
            buffer[used++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[used++] = (byte) rest;
        position += used - start + length;
        payload(source, offset, length);
        return this;
    }

    private void payload(byte[] source, int offset, int length) throws IOException {
        if (length > buffer.length / 2) {
            spill();
            out.write(source, offset, length);
            return;
        }
        room(length);
        System.arraycopy(source, offset, buffer, used, length);
        used += length;
    }

    private void room(int bytes) throws IOException {
        if (buffer.length - used < bytes) {
            spill();
        }
    }

    private void spill() throws IOException {
        int bytes = used;
        used = 0;
        if (bytes > 0) {
            out.write(buffer, 0, bytes);
        }
    }

    /**
     * Overwrites records that are still in memory.
     *
     * @param offset as {@link #position()} was there
     * @return false, with nothing done, when some of these bytes were handed to the stream
     */
    boolean overwrite(long offset, byte[] bytes) {
        long first = position - used;
        if (offset < first || offset + bytes.length > position) {
            return false;
        }
        System.arraycopy(bytes, 0, buffer, (int) (offset - first), bytes.length);
        return true;
    }

    /** All records so far, when all of them are still in memory. */
    Optional<byte[]> whole() {
        return position == used ? Optional.of(Arrays.copyOf(buffer, used)) : Optional.empty();
    }

    /** Hands everything to the stream and flushes it. */
    @Override
    public void flush() throws IOException {
        spill();
        out.flush();
    }
}
