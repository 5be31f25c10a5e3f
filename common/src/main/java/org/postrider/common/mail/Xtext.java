package org.postrider.common.mail;

import java.util.Optional;

/** The xtext of RFC 3461 section 4: {@code +HH} for {@code +}, {@code =} and everything that is not printable ASCII. */
public final class Xtext {
    private static final String HEX = "0123456789ABCDEF";

    private Xtext() {}

    public static String encode(String plain) {
        StringBuilder text = new StringBuilder(plain.length());
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c > ' ' && c < 0x7f && c != '+' && c != '=') {
                text.append(c);
            } else {
                text.append('+').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            }
        }
        return text.toString();
    }

    /** The plain text; empty when a {@code +} is not followed by two upper-case hexadecimal digits. */
    public static Optional<String> decode(String xtext) {
        StringBuilder plain = new StringBuilder(xtext.length());
        for (int i = 0; i < xtext.length(); i++) {
            char c = xtext.charAt(i);
            if (c != '+') {
                plain.append(c);
                continue;
            }
            int high = i + 1 < xtext.length() ? HEX.indexOf(xtext.charAt(i + 1)) : -1;
            int low = i + 2 < xtext.length() ? HEX.indexOf(xtext.charAt(i + 2)) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            plain.append((char) (high << 4 | low));
            i += 2;
        }
        return Optional.of(plain.toString());
    }
}
