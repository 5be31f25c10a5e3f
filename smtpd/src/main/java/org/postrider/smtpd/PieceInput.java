package org.postrider.smtpd;

import java.io.InputStream;
import java.util.Optional;

/** What a client that waits for replies sends: the next piece is asked for when the server wants more. One thread. */
abstract class PieceInput extends InputStream {
    private byte[] ready = new byte[0];
    private int at;

    /** The next piece, at least one byte; empty at the end. */
    protected abstract Optional<byte[]> next();

    private boolean more() {
        if (at == ready.length) {
            Optional<byte[]> piece = next();
            if (piece.isEmpty()) {
                return false;
            }
            ready = piece.get();
            at = 0;
        }
        return true;
    }

    @Override
    public final int read() {
        return more() ? ready[at++] & 0xff : -1;
    }

    @Override
    public final int read(byte[] to, int offset, int length) {
        if (!more()) {
            return -1;
        }
        int count = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, to, offset, count);
        at += count;
        return count;
    }

    @Override
    public final int available() {
        return ready.length - at;
    }
}
