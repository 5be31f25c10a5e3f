package org.postrider.common.lookup;

import java.util.Optional;

/** A line of a rule table under way: what has been read of it, and the words that regexp_table(5), pcre_table(5) and cidr_table(5) share. */
final class RuleLine {
    /** A rule can't be used; the message goes into the warning. */
    static final class BadRuleException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRuleException(String message) {
            super(message, null, false, false);
        }
    }

    private final String text;
    private int at;

    RuleLine(String text) {
        this.text = strippedEnd(text);
    }

    private static String strippedEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    /** isspace(3). */
    static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** isalnum(3). */
    static boolean isAlphanumeric(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Takes this word, in any case, where it stands alone at the beginning. */
    boolean takes(String word) {
        boolean there = text.regionMatches(true, at, word, 0, word.length())
                && (at + word.length() >= text.length() || !isAlphanumeric(text.charAt(at + word.length())));
        if (there) {
            at += word.length();
        }
        return there;
    }

    /** Takes exclamation marks and the white space after them; true for an odd number. */
    boolean takesNegation() {
        boolean negated = false;
        while (!isAtEnd() && here() == '!') {
            negated = !negated;
            at++;
            skipSpace();
        }
        return negated;
    }

    void skipSpace() {
        while (!isAtEnd() && isSpace(here())) {
            at++;
        }
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    char here() {
        return text.charAt(at);
    }

    char take() {
        return text.charAt(at++);
    }

    /** Takes what stands before the next white space. */
    String word() {
        int start = at;
        while (!isAtEnd() && !isSpace(here())) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Takes everything up to this character, where a backslash protects the one behind it, and the character; empty without one. */
    Optional<String> upTo(char end) {
        for (int i = at; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == end) {
                String inside = text.substring(at, i);
                at = i + 1;
                return Optional.of(inside);
            }
        }
        return Optional.empty();
    }

    /** Takes what is left, without white space before it. */
    String rest() {
        skipSpace();
        String rest = text.substring(at);
        at = text.length();
        return rest;
    }
}
