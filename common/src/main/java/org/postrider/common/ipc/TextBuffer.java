package org.postrider.common.ipc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one name or value while they come; a request has dozens, so adding one takes no lock. One thread at a time. */
final class TextBuffer {
    private byte[] bytes = new byte[64];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    void append(int b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length] = (byte) b;
        length++;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
