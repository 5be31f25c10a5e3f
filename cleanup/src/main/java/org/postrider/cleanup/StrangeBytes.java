package org.postrider.cleanup;

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
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c == '\\' && i < text.length()) {
                int digits = 0;
                int value = 0;
                while (digits < 3 && i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '7') {
                    value = value * 8 + text.charAt(i++) - '0';
                    digits++;
                }
                c = digits > 0 ? (char) (value & 0xff) : escaped(text.charAt(i++));
            }
            set[c & 0xff] = true;
        }
        return !text.isEmpty();
    }

    private static char escaped(char letter) {
        return switch (letter) {
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            default -> letter;
        };
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
