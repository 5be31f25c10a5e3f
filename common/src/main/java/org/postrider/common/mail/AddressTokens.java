package org.postrider.common.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * RFC 5322 tokens of an address: atoms, quoted strings, domain literals, comments (nested ones are one token), and single
 * special characters. White space separates tokens and is remembered as {@link Token#spaced()}. Quotes, brackets and parentheses
 * that are never closed reach to the end.
 */
public final class AddressTokens {
    /** Kinds of tokens. */
    public enum Kind {
        ATOM, QUOTED, LITERAL, COMMENT, SPECIAL
    }

    /**
     * One token.
     *
     * @param text as it stood in the source, quotes and brackets included
     * @param spaced true when white space or a comment stands before it
     */
    public record Token(Kind kind, String text, boolean spaced) {
        /** True for this special character. */
        public boolean is(char special) {
            return kind == Kind.SPECIAL && text.charAt(0) == special;
        }

        /** True for what can be a part of a name: atom, quoted string, literal. */
        public boolean isWord() {
            return kind == Kind.ATOM || kind == Kind.QUOTED || kind == Kind.LITERAL;
        }

        /** The text without quotes and backslashes. */
        public String plain() {
            return kind == Kind.QUOTED || text.indexOf('\\') >= 0 ? unquoted(text, kind == Kind.QUOTED) : text;
        }

        private static String unquoted(String text, boolean quoted) {
            StringBuilder plain = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    i++;
                    plain.append(text, i, Math.min(i + 1, text.length()));
                } else if (c != '"' || !quoted) {
                    plain.append(c);
                }
            }
            return plain.toString();
        }
    }

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private AddressTokens(String source) {
        this.source = source;
    }

    /** Cuts a text into at most this many tokens. */
    public static List<Token> scan(String source, int limit) {
        AddressTokens scanner = new AddressTokens(source);
        scanner.scanAll(limit);
        return scanner.tokens;
    }

    private void scanAll(int limit) {
        boolean spaced = false;
        while (at < source.length() && tokens.size() < limit) {
            char c = source.charAt(at);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                spaced = true;
                at++;
                continue;
            }
            int start = at;
            Kind kind = scanOne(c);
            tokens.add(new Token(kind, source.substring(start, at), spaced));
            spaced = kind == Kind.COMMENT;
        }
    }

    private Kind scanOne(char c) {
        return switch (c) {
            case '(' -> {
                scanComment();
                yield Kind.COMMENT;
            }
            case '"' -> {
                scanUntil('"');
                yield Kind.QUOTED;
            }
            case '[' -> {
                scanUntil(']');
                yield Kind.LITERAL;
            }
            case ')', '<', '>', '@', ',', ';', ':', '.', ']' -> {
                at++;
                yield Kind.SPECIAL;
            }
            default -> {
                scanAtom();
                yield Kind.ATOM;
            }
        };
    }

    private void scanAtom() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\\') {
                at = Math.min(source.length(), at + 2);
            } else if ((c <= ' ' && isSpace(c)) || "()<>@,;:\".[]".indexOf(c) >= 0) {
                return;
            } else {
                at++;
            }
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private void scanUntil(char end) {
        at++;
        while (at < source.length()) {
            char c = source.charAt(at++);
            if (c == '\\') {
                at = Math.min(source.length(), at + 1);
            } else if (c == end) {
                return;
            }
        }
    }

    private void scanComment() {
        int depth = 0;
        while (at < source.length()) {
            char c = source.charAt(at++);
            if (c == '\\') {
                at = Math.min(source.length(), at + 1);
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return;
            }
        }
    }
}
