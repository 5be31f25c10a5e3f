package org.postrider.tables.sql;

import java.io.IOException;
import java.io.InputStream;

/**
 * What a MariaDB or MySQL server sends, on its way to the driver: a length of three bytes, a number, and so many bytes, again and again
 * (MariaDB documentation, "Client/Server Protocol"). A message of 16 MB is one that goes on in the next, without an end that the driver
 * would mind, and a daemon that asks for more memory than it may have is ended by its run time. So a length above {@link #LONGEST} is
 * an error here.
 */
final class MysqlMessages extends WatchedInput {
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
    void look(byte[] bytes, int start, int end) throws IOException {
        int at = start;
        while (at < end) {
            if (left > 0) {
                int passed = Math.min(left, end - at);
                at += passed;
                left -= passed;
            } else {
                take(bytes[at] & 0xff);
                at++;
            }
        }
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
