package org.postrider.common.mail;

import java.util.List;
import java.util.Locale;
import org.postrider.common.mail.AddressTokens.Token;

/**
 * The few things of a Content-Type field (RFC 2045 5.1) that decide how a body part is read.
 *
 * @param type in lower case
 * @param subtype in lower case
 * @param boundary of a multipart; empty when none is given
 */
record ContentType(String type, String subtype, String boundary) {
    static final ContentType TEXT = new ContentType("text", "plain", "");
    static final ContentType MESSAGE = new ContentType("message", "rfc822", "");
    private static final int MOST_TOKENS = 200;

    static ContentType parse(String value) {
        List<Token> tokens = AddressTokens.scan(value.replace('=', ' '), MOST_TOKENS).stream()
                .filter(token -> token.kind() != AddressTokens.Kind.COMMENT).toList();
        if (tokens.isEmpty()) {
            return TEXT;
        }
        String both = tokens.getFirst().plain().toLowerCase(Locale.ROOT);
        int slash = both.indexOf('/');
        return slash < 0
                ? new ContentType(both, "", "")
                : new ContentType(both.substring(0, slash), both.substring(slash + 1), boundary(value));
    }

    /** The boundary parameter: a quoted string, or everything up to white space, a comment or a semicolon. */
    private static String boundary(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("boundary");
        while (at >= 0) {
            int equals = skipSpace(value, at + "boundary".length());
            boolean whole = at > 0 && (value.charAt(at - 1) == ';' || value.charAt(at - 1) <= ' ');
            if (whole && equals < value.length() && value.charAt(equals) == '=') {
                return parameter(value, skipSpace(value, equals + 1));
            }
            at = lower.indexOf("boundary", at + 1);
        }
        return "";
    }

    private static int skipSpace(String value, int start) {
        int at = start;
        while (at < value.length() && value.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    private static String parameter(String value, int start) {
        StringBuilder text = new StringBuilder();
        boolean quoted = start < value.length() && value.charAt(start) == '"';
        for (int i = quoted ? start + 1 : start; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted ? c == '"' : c <= ' ' || c == ';' || c == '(') {
                break;
            }
            if (quoted && c == '\\' && i + 1 < value.length()) {
                i++;
            }
            text.append(value.charAt(i));
        }
        return text.toString();
    }

    boolean isMultipart() {
        return type.equals("multipart");
    }

    /** True for a body that begins with a header of its own. */
    boolean isNestedMessage() {
        return type.equals("message")
                && (subtype.equals("rfc822") || subtype.equals("global") || subtype.equals("news"));
    }

    /** The type of a part that does not say its type. */
    ContentType partDefault() {
        return subtype.equals("digest") ? MESSAGE : TEXT;
    }
}
