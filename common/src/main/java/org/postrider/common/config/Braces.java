package org.postrider.common.config;

/** Finding the end of {@code {text}} and {@code (text)}, where pairs of the same kind may be nested. */
final class Braces {
    private Braces() {}

    /** The position of the character that closes the one at {@code open}; -1 when nothing does. */
    static int close(String text, int open) {
        char opening = text.charAt(open);
        char closing = opening == '{' ? '}' : ')';
        int depth = 0;
        for (int at = open; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == opening) {
                depth++;
            } else if (c == closing) {
                depth--;
                if (depth == 0) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** The first position at or after {@code at} that holds no white space. */
    static int skipSpace(String text, int at) {
        int next = at;
        while (next < text.length() && isSpace(text.charAt(next))) {
            next++;
        }
        return next;
    }

    /** White space as C's isspace() in the POSIX locale. */
    static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** Without white space at the end. */
    static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    /** Without white space at both ends. */
    static String strip(String text) {
        return stripEnd(text.substring(skipSpace(text, 0)));
    }
}
