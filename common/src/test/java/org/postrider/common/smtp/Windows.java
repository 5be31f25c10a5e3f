package org.postrider.common.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.postrider.common.wire.ByteWindow;
import org.postrider.common.wire.StreamWindow;

/** Windows on bytes in memory, cut where a test wants the network to cut them. */
final class Windows {
    private Windows() {}

    /** Everything arrives as it fits; at most {@code size} bytes at once. */
    static ByteWindow of(String bytes, int size) {
        byte[] all = bytes.getBytes(StandardCharsets.ISO_8859_1);
        return new StreamWindow(new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < all.length ? all[at++] & 0xff : -1;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                int n = Math.min(Math.min(length, size), all.length - at);
                if (n <= 0) {
                    return -1;
                }
                System.arraycopy(all, at, to, offset, n);
                at += n;
                return n;
            }
        });
    }
}
