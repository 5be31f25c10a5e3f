package org.postrider.common.lookup;

import java.util.Map;
import java.util.regex.PatternSyntaxException;

/** Rewrites POSIX extended and Perl expressions so that {@link java.util.regex.Pattern} reads them as they were meant. One thread. */
final class ExpressionTranslation {
    private static final Map<String, String> CLASSES = Map.ofEntries(Map.entry("alpha", "\\p{Alpha}"),
            Map.entry("digit", "\\p{Digit}"), Map.entry("alnum", "\\p{Alnum}"), Map.entry("upper", "\\p{Upper}"),
            Map.entry("lower", "\\p{Lower}"), Map.entry("punct", "\\p{Punct}"), Map.entry("graph", "\\p{Graph}"),
            Map.entry("print", "\\p{Print}"), Map.entry("blank", "\\p{Blank}"), Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("xdigit", "\\p{XDigit}"), Map.entry("space", "\\s"), Map.entry("word", "\\w"));

    private final String source;
    private final boolean posix;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private ExpressionTranslation(String source, boolean posix) {
        this.source = source;
        this.posix = posix;
    }

    /** @param multiLine dollar and negated brackets know about newlines */
    static String ofPosix(String source, boolean multiLine) {
        return new ExpressionTranslation(source, true).run(!multiLine, multiLine);
    }

    /** @param dollarEndOnly dollar does not match before a newline at the end */
    static String ofPerl(String source, boolean dollarEndOnly) {
        return new ExpressionTranslation(source, false).run(dollarEndOnly, false);
    }

    private String run(boolean dollarEndOnly, boolean negatedSkipsNewline) {
        while (at < source.length()) {
            char c = source.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '[' -> bracket(negatedSkipsNewline);
                case '$' -> plain(dollarEndOnly ? "\\z" : "$");
                case '*', '+', '?' -> quantifier(c);
                case '{' -> brace();
                case '(' -> group();
                default -> plain(String.valueOf(c));
            }
        }
        return out.toString();
    }

    private void plain(String text) {
        out.append(text);
        at++;
    }

    private void quantifier(char c) {
        boolean nothingBefore = out.isEmpty()
                || (at > 0 && (source.charAt(at - 1) == '(' || source.charAt(at - 1) == '|')
                        && !(at > 1 && source.charAt(at - 2) == '\\'));
        // POSIX leaves it open; the C library reads a star with nothing before it as itself.
        if (posix && nothingBefore) {
            plain("\\" + c);
            return;
        }
        plain(String.valueOf(c));
        if (posix) {
            // A second quantifier repeats the first one in POSIX; Java would make it lazy or possessive.
            while (at < source.length() && "*+?".indexOf(source.charAt(at)) >= 0) {
                at++;
                out.setLength(out.length() - 1);
                out.append('*');
            }
        }
    }

    /** A brace that does not open a repetition is itself, as both libraries have it. */
    private void brace() {
        int end = source.indexOf('}', at);
        String inside = end < 0 ? "" : source.substring(at + 1, end);
        boolean repetition = !inside.isEmpty() && Character.isDigit(inside.charAt(0))
                && inside.chars().allMatch(c -> (c >= '0' && c <= '9') || c == ',')
                && inside.indexOf(',') == inside.lastIndexOf(',');
        if (repetition) {
            out.append(source, at, end + 1);
            at = end + 1;
        } else {
            plain("\\{");
        }
    }

    private void group() {
        if (!posix && source.startsWith("(?P<", at)) {
            out.append("(?<");
            at += 4;
        } else if (posix && source.startsWith("(?", at)) {
            out.append("(\\?");
            at += 2;
        } else {
            plain("(");
        }
    }

    private void escape() {
        if (at + 1 >= source.length()) {
            throw new PatternSyntaxException("trailing backslash", source, at);
        }
        char next = source.charAt(at + 1);
        at += 2;
        if (posix) {
            posixEscape(next);
        } else if (next == 'h' || next == 'H' || next == 'R' || Character.isLetterOrDigit(next)) {
            out.append('\\').append(next);
        } else {
            literal(next);
        }
    }

    /** The C library's additions, back references; every other letter is itself. */
    private void posixEscape(char next) {
        switch (next) {
            case '<', '>' -> out.append("\\b");
            case '`' -> out.append("\\A");
            case '\'' -> out.append("\\z");
            case 'w', 'W', 's', 'S', 'b', 'B' -> out.append('\\').append(next);
            default -> {
                if (next >= '1' && next <= '9') {
                    out.append('\\').append(next);
                } else {
                    literal(next);
                }
            }
        }
    }

    private void literal(char c) {
        if (c < 128 && !Character.isLetterOrDigit(c)) {
            out.append('\\');
        }
        out.append(c);
    }

    private void bracket(boolean negatedSkipsNewline) {
        int start = at;
        out.append('[');
        at++;
        if (at < source.length() && source.charAt(at) == '^') {
            plain(negatedSkipsNewline ? "^\n" : "^");
        }
        boolean first = true;
        while (at < source.length() && (first || source.charAt(at) != ']')) {
            first = false;
            bracketItem();
        }
        if (at >= source.length()) {
            throw new PatternSyntaxException("missing terminating ]", source, start);
        }
        plain("]");
    }

    private void bracketItem() {
        char c = source.charAt(at);
        if (c == '[' && at + 1 < source.length() && ":.=".indexOf(source.charAt(at + 1)) >= 0) {
            String close = source.charAt(at + 1) + "]";
            int end = source.indexOf(close, at + 2);
            if (end >= 0) {
                named(source.charAt(at + 1), source.substring(at + 2, end));
                at = end + 2;
                return;
            }
        }
        if (c == '\\' && !posix && at + 1 < source.length()) {
            char next = source.charAt(at + 1);
            at += 2;
            if (Character.isLetterOrDigit(next)) {
                out.append('\\').append(next);
            } else {
                literal(next);
            }
            return;
        }
        if ("[]\\&^# ".indexOf(c) >= 0) {
            out.append('\\');
        }
        plain(String.valueOf(c));
    }

    private void named(char kind, String name) {
        if (kind != ':') {
            if (name.length() != 1) {
                throw new PatternSyntaxException("invalid collation character", source, at);
            }
            literal(name.charAt(0));
            return;
        }
        boolean negated = name.startsWith("^");
        String plain = CLASSES.get(negated ? name.substring(1) : name);
        if (plain == null) {
            throw new PatternSyntaxException("unknown POSIX class name", source, at);
        }
        out.append(negated
                ? Character.toUpperCase(plain.charAt(1)) == 'P'
                        ? "\\P" + plain.substring(2)
                        : "\\" + Character.toUpperCase(plain.charAt(1))
                : plain);
    }
}
