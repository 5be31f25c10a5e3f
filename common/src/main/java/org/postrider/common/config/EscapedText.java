package org.postrider.common.config;

/** Values in which bytes stand as escapes of C: {@code \r}, {@code \0}, {@code \377}. */
public final class EscapedText {
    private EscapedText() {}

    /** The text with every escape resolved, one char for one byte; a backslash at the end stands for itself. */
    public static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\\' || at == text.length()) {
                plain.append(c);
                continue;
            }
            int digits = octalDigits(text, at);
            if (digits > 0) {
                plain.append((char) (Integer.parseInt(text.substring(at, at + digits), 8) & 0xff));
                at += digits;
            } else {
                plain.append(escaped(text.charAt(at++)));
            }
        }
        return plain.toString();
    }

    private static int octalDigits(String text, int at) {
        int digits = 0;
        while (digits < 3 && at + digits < text.length() && "01234567".indexOf(text.charAt(at + digits)) >= 0) {
            digits++;
        }
        return digits;
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
}
