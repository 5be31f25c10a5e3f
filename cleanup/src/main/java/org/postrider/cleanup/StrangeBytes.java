package org.postrider.cleanup;

import org.postrider.common.config.EscapedText;

/** message_reject_characters and message_strip_characters: bytes that content must not have. Immutable. */
final class StrangeBytes {
    private final boolean[] rejected = new boolean[256];
    private final boolean[] stripped = new boolean[256];
    private final boolean rejects;
    private final boolean strips;

    /** Both texts with the escapes of C: {@code \0}, {@code \r}, {@code \377}. */
    StrangeBytes(String reject, String strip) {
        rejects = mark(reject, rejected);
        strips = mark(strip, stripped);
    }

    private static boolean mark(String text, boolean[] set) {
        for (char c : EscapedText.unescaped(text).toCharArray()) {
            set[c & 0xff] = true;
        }
        return !text.isEmpty();
    }

    boolean rejects(byte[] bytes, int offset, int length) {
        if (rejects) {
            for (int i = offset; i < offset + length; i++) {
                if (rejected[bytes[i] & 0xff]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes bytes out in place; returns the length that is left. */
    int strip(byte[] bytes, int offset, int length) {
        if (!strips) {
            return length;
        }
        int kept = offset;
        for (int i = offset; i < offset + length; i++) {
            if (!stripped[bytes[i] & 0xff]) {
                bytes[kept++] = bytes[i];
            }
        }
        return kept - offset;
    }
}
