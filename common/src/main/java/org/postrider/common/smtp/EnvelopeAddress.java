package org.postrider.common.smtp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.mail.AddressTokens;
import org.postrider.common.mail.AddressTokens.Kind;
import org.postrider.common.mail.AddressTokens.Token;

/**
 * The address in MAIL, RCPT and VRFY: a path of RFC 5321 section 4.1.2, or, unless the reader is strict, whatever a header field
 * could have in its place (RFC 5322 section 3.4: comments, a display name, a group), as long as there is one address in it. A
 * source route is dropped, as RFC 5321 appendix C wants. What the address means, and whether its domain can be one, is for
 * trivial-rewrite to say.
 *
 * <p>Read from the end: only there it shows whether a colon ends the name of a group.
 */
final class EnvelopeAddress {
    private final List<Token> tokens;
    private final List<String> addresses = new ArrayList<>(1);
    private final StringBuilder address = new StringBuilder();
    private boolean some;
    private boolean wordFirst;
    private boolean inGroup;
    /** Nothing but an address was found. */
    private boolean tidy = true;

    private EnvelopeAddress(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The address in internal form, empty for the null address; null when there is none, or more than one. */
    static @Nullable String internal(String word, boolean strict) {
        boolean bracketed = word.length() > 1 && word.charAt(0) == '<' && word.charAt(word.length() - 1) == '>';
        if (strict && !bracketed) {
            return null;
        }
        String inner = withoutRoute(bracketed ? word.substring(1, word.length() - 1) : word);
        String found = isPlain(inner)
                ? inner
                : new EnvelopeAddress(AddressTokens.scan(inner, Integer.MAX_VALUE)).only(strict);
        return found == null || (strict && found.startsWith("@")) || hasControls(found) ? null : found;
    }

    private static String withoutRoute(String text) {
        int colon = text.startsWith("@") ? text.indexOf(':') : -1;
        return text.substring(colon + 1);
    }

    /** The usual address, in which nothing needs to be read. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '@' && c <= 'Z') || (c >= '-' && c <= '9') || c == '_'
                    || c == '+'
                    || c == '=';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** Such a character would break the lines of queue files, headers and commands that the address gets into. */
    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127);
    }

    private @Nullable String only(boolean strict) {
        int at = tokens.size() - 1;
        while (at >= 0) {
            at = before(at);
        }
        finish();
        if (addresses.size() > 1 || (strict && !tidy)) {
            return null;
        }
        return addresses.isEmpty() ? "" : addresses.getFirst();
    }

    /** Takes in the token at this index, and those that belong to it; the index of the one before them. */
    private int before(int at) {
        Token token = tokens.get(at);
        if (token.kind() == Kind.COMMENT) {
            tidy = false;
        } else if (token.is(',') || token.is(';')) {
            finish();
            tidy = false;
            inGroup |= token.is(';');
        } else if (token.is(':') && inGroup) {
            finish();
            inGroup = false;
            return beforeGroup(at - 1);
        } else if (token.is('>')) {
            finish();
            tidy &= addresses.isEmpty();
            return beforeBrackets(at - 1);
        } else {
            take(token);
        }
        return at - 1;
    }

    private void take(Token token) {
        if (token.isWord() && wordFirst) {
            // Two words without anything between them.
            finish();
        }
        address.insert(0, plain(token));
        wordFirst = token.isWord();
        some = true;
    }

    private static String plain(Token token) {
        boolean open = token.kind() == Kind.LITERAL && (token.text().length() == 1 || !token.text().endsWith("]"));
        return open ? token.plain() + "]" : token.plain();
    }

    private void finish() {
        if (some) {
            addresses.add(address.toString());
        }
        address.setLength(0);
        some = false;
        wordFirst = false;
    }

    private int beforeGroup(int from) {
        int at = from;
        while (at >= 0 && !tokens.get(at).is(',')) {
            at--;
        }
        return at;
    }

    /** What stands in angle brackets is one address, and the words before them are a name. */
    private int beforeBrackets(int from) {
        int at = from;
        while (at >= 0 && !tokens.get(at).is('<')) {
            if (tokens.get(at).kind() == Kind.COMMENT) {
                tidy = false;
            } else {
                wordFirst = false;
                take(tokens.get(at));
            }
            at--;
        }
        finish();
        at--;
        while (at >= 0 && !endsName(tokens.get(at))) {
            tidy = false;
            at--;
        }
        if (at >= 0 && tokens.get(at).is(':') && !inGroup) {
            tidy = false;
            at--;
        }
        return at;
    }

    private static boolean endsName(Token token) {
        return token.is(',') || token.is(';') || token.is(':') || token.is('>');
    }
}
