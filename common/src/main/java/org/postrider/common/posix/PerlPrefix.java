package org.postrider.common.posix;

/**
 * The plain text that an anchored pattern of libpcre2 begins with: {@code Subject: } of {@code ^Subject: .*sale}. Most rules of
 * header_checks(5) begin so, and most lines of a message do not. Read from the pattern as written; whatever is not plain is not
 * taken, and where there could be another branch nothing is.
 */
final class PerlPrefix {
    private PerlPrefix() {}

    /** @param options as for the pattern; the pattern must be anchored as a whole */
    static String of(String pattern, int options) {
        boolean plain = (options & PerlPattern.EXTENDED) == 0 && pattern.startsWith("^") && !mayHaveBranches(pattern);
        if (!plain) {
            return "";
        }
        int end = 1;
        while (end < pattern.length() && isPlain(pattern.charAt(end))) {
            end++;
        }
        boolean lastMayBeAbsent = end > 1 && end < pattern.length() && "?*{".indexOf(pattern.charAt(end)) >= 0;
        return pattern.substring(1, lastMayBeAbsent ? end - 1 : end);
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || " :-_@,;".indexOf(c) >= 0;
    }

    /** Whether there is a bar outside of all groups, or something in which brackets do not mean what they look like. */
    private static boolean mayHaveBranches(String pattern) {
        int depth = 0;
        for (int i = 0; i < pattern.length(); i++) {
            switch (pattern.charAt(i)) {
                case '\\' -> {
                    i++;
                    if (i < pattern.length() && pattern.charAt(i) == 'Q') {
                        return true;
                    }
                }
                case '[' -> {
                    int end = pattern.indexOf(']', i + (pattern.startsWith("[^", i) ? 3 : 2));
                    if (end < 0 || pattern.substring(i + 1, end).indexOf('[') >= 0
                            || pattern.substring(i, end).indexOf('\\') >= 0) {
                        return true;
                    }
                    i = end;
                }
                case '(' -> {
                    if (pattern.startsWith("(*", i) || (pattern.startsWith("(?", i) && !pattern.startsWith("(?:", i))) {
                        return true;
                    }
                    depth++;
                }
                case ')' -> depth--;
                case '|' -> {
                    if (depth <= 0) {
                        return true;
                    }
                }
                default -> {
                }
            }
        }
        return false;
    }
}
