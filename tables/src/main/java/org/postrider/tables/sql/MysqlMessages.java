package org.postrider.tables.sql;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a MariaDB or MySQL server sends, on its way to the driver: a length of three bytes, a number, and so many bytes, again and again
 * (MariaDB documentation, "Client/Server Protocol"). A message of 16 MB is one that goes on in the next, without an end that the driver
 * would mind, and a daemon that asks for more memory than it may have is ended by its run time. So a length above {@link #LONGEST} is
 * an error here.
 */
final class MysqlMessages extends FilterInputStream {
    /** Bytes. */
    static final int LONGEST = 8 << 20;
    private static final int HEADER = 4;
    private static final int LENGTH_BYTES = 3;

    private int length;
    private int headerBytes;
    /** Bytes of the message that are still to come. */
    private int left;

    MysqlMessages(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int start, int size) throws IOException {
        int count = in.read(into, start, size);
        int at = start;
        while (at < start + count) {
            if (left > 0) {
                int passed = Math.min(left, start + count - at);
                at += passed;
                left -= passed;
            } else {
                take(into[at] & 0xff);
                at++;
            }
        }
        return count;
    }

    @Override
    public long skip(long size) throws IOException {
        byte[] waste = new byte[(int) Math.min(Math.max(size, 0), 8192)];
        return Math.max(0, read(waste, 0, waste.length));
    }

    /** A byte of a header. */
    private void take(int one) throws IOException {
        if (headerBytes < LENGTH_BYTES) {
            length |= one << (8 * headerBytes);
        }
        headerBytes++;
        if (length > LONGEST) {
            throw new IOException("the server announces a message of " + length + " bytes");
        }
        if (headerBytes == HEADER) {
            left = length;
            length = 0;
            headerBytes = 0;
        }
    }
}
