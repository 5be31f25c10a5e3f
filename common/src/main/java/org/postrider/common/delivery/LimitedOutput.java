package org.postrider.common.delivery;

import java.io.IOException;
import java.io.OutputStream;

/** Buffers writes to a mailbox and refuses to let the file grow over a size, in the words of EFBIG. Used by one thread. */
final class LimitedOutput extends OutputStream {
    private final OutputStream file;
    private final long limit;
    private final byte[] buffer = new byte[16 * 1024];
    private long size;
    private int used;

    /**
     * @param size what the file holds already
     * @param limit the most it may hold, 0 for no limit
     */
    LimitedOutput(OutputStream file, long size, long limit) {
        this.file = file;
        this.size = size;
        this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
        grow(1);
        if (used == buffer.length) {
            drain();
        }
        buffer[used++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        grow(length);
        if (length > buffer.length - used) {
            drain();
            if (length >= buffer.length) {
                file.write(bytes, offset, length);
                return;
            }
        }
        System.arraycopy(bytes, offset, buffer, used, length);
        used += length;
    }

    @Override
    public void flush() throws IOException {
        drain();
        file.flush();
    }

    private void grow(int more) throws IOException {
        size += more;
        if (limit > 0 && size > limit) {
            throw new IOException("File too large");
        }
    }

    private void drain() throws IOException {
        file.write(buffer, 0, used);
        used = 0;
    }
}
