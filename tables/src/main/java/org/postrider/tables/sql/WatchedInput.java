package org.postrider.tables.sql;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a server sends, each byte of which is looked at on its way to the driver. */
abstract class WatchedInput extends FilterInputStream {
    private static final int MOST_SKIPPED = 8192;

    WatchedInput(InputStream in) {
        super(in);
    }

    /**
     * Bytes have come.
     *
     * @param end behind the last of them
     * @throws IOException when the driver must not have them
     */
    abstract void look(byte[] bytes, int start, int end) throws IOException;

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int start, int size) throws IOException {
        int count = in.read(into, start, size);
        look(into, start, start + count);
        return count;
    }

    @Override
    public long skip(long size) throws IOException {
        byte[] waste = new byte[(int) Math.min(Math.max(size, 0), MOST_SKIPPED)];
        return Math.max(0, read(waste, 0, waste.length));
    }
}
