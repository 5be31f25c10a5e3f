package org.postrider.common.smtp;

import org.jspecify.annotations.Nullable;

/** Reads what stands between the angle brackets of MAIL and RCPT: {@code [@route,...:] local-part [@ domain]}. */
final class PathSyntax {
    private static final String SPECIALS = "()<>[]:;\\,\"";

    private final String text;
    private final boolean strict;
    private final StringBuilder address = new StringBuilder();
    private int at;

    private PathSyntax(String text, boolean strict) {
        this.text = text;
        this.strict = strict;
    }

    /** Index after the path at the start of the text: after its closing bracket, or at the next blank; -1 when it has no end. */
    static int endOfPath(String text) {
        boolean bracket = text.charAt(0) == '<';
        int depth = 0;
        boolean quoted = false;
        for (int i = bracket ? 1 : 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
            } else if (!quoted) {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth <= 0 && (bracket ? c == '>' : CommandLine.isBlank(c))) {
                    return bracket ? i + 1 : i;
                }
            }
        }
        return bracket || quoted ? -1 : text.length();
    }

    /** The address in internal form; null when it is malformed. */
    static @Nullable String internal(String inner, boolean strict) {
        PathSyntax syntax = new PathSyntax(inner, strict);
        return syntax.path() ? syntax.address.toString() : null;
    }

    private boolean path() {
        if (!skipRoute() || !localPart()) {
            return false;
        }
        if (at == text.length()) {
            return true;
        }
        // Only an @ stops the local part early.
        at++;
        address.append('@');
        return domain();
    }

    private boolean skipRoute() {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '@') {
            int colon = text.indexOf(':', at);
            if (colon < 0) {
                return false;
            }
            at = colon + 1;
        }
        return true;
    }

    private boolean localPart() {
        boolean separated = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '@' && text.indexOf('@', at + 1) < 0) {
                return true;
            }
            if (c == '"') {
                if (separated || !quotedString()) {
                    return false;
                }
            } else if (CommandLine.isBlank(c) || c == '(') {
                int before = at;
                if (strict || !skipBlanks() || (before > 0 && at < text.length() && !endsWord(before))) {
                    return false;
                }
            } else if (c == '\\' && !strict && at + 1 < text.length() && !isControl(text.charAt(at + 1))) {
                address.append(text.charAt(at + 1));
                at += 2;
            } else if (isPlain(c, strict)) {
                address.append(c);
                at++;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Blanks and comments may stand around an address and around its operators, not inside its words. */
    private boolean endsWord(int before) {
        char next = text.charAt(at);
        char last = text.charAt(before - 1);
        return next == '@' || next == '.' || last == '.' || address.isEmpty();
    }

    private boolean quotedString() {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c == '\\') {
                if (at == text.length()) {
                    return false;
                }
                c = text.charAt(at++);
            }
            if (isControl(c)) {
                return false;
            }
            address.append(c);
        }
        return false;
    }

    private boolean domain() {
        skipBlanks();
        int start = address.length();
        if (at < text.length() && text.charAt(at) == '[') {
            int close = text.indexOf(']', at);
            if (close < 0 || text.substring(at, close).chars().anyMatch(c -> c < ' ' || c == 127)) {
                return false;
            }
            address.append(text, at, close + 1);
            at = close + 1;
        }
        while (at < text.length()) {
            char c = text.charAt(at);
            if (CommandLine.isBlank(c) || c == '(') {
                int before = at;
                if (strict || !skipBlanks() || (at < text.length() && !endsWord(before))) {
                    return false;
                }
                continue;
            }
            if (!isPlain(c, strict) || c == '@') {
                return false;
            }
            address.append(c);
            at++;
        }
        // A label may not be empty; one final dot is the root's.
        boolean something = address.length() > start;
        return something && address.indexOf("..", start) < 0 && address.charAt(start) != '.';
    }

    /** Passes blanks and, where they are allowed, comments; false when a comment has no end. */
    private boolean skipBlanks() {
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '(' && !strict) {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
            } else if (c == '\\' && depth > 0) {
                at++;
            } else if (depth == 0 && !CommandLine.isBlank(c)) {
                break;
            }
            at++;
        }
        return depth == 0;
    }

    /** Such a character would break the lines of queue files, headers and commands that the address gets into. */
    private static boolean isControl(char c) {
        return (c < ' ' && c != '\t') || c == 127;
    }

    private static boolean isPlain(char c, boolean strict) {
        if (c == 127 || c < ' ' || SPECIALS.indexOf(c) >= 0) {
            return false;
        }
        return !strict || c != ' ';
    }
}
