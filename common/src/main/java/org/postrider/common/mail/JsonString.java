package org.postrider.common.mail;

import java.nio.charset.StandardCharsets;

/** Text, one char for one byte, as a string of JSON (RFC 8259): still one char for one byte, so that UTF-8 stays UTF-8. */
public final class JsonString {
    private JsonString() {}

    /** With the quotation marks. Control characters, and bytes that are no UTF-8, become question marks. */
    public static String quoted(String text) {
        String clean = utf8(text);
        StringBuilder quoted = new StringBuilder(clean.length() + 2).append('"');
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c < ' ' || c == 127 ? '?' : c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String utf8(String text) {
        if (text.chars().allMatch(c -> c < 128)) {
            return text;
        }
        String decoded = new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new String(decoded.replace('\ufffd', '?').getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
