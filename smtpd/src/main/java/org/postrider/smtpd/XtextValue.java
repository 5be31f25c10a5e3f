package org.postrider.smtpd;

import java.util.HexFormat;

/** RFC 3461 section 4 xtext: {@code +XX} stands for a byte. */
final class XtextValue {
    private XtextValue() {}

    /** The text as xtext. */
    static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 127 || c == '+' || c == '=') {
                out.append(String.format("+%02X", c & 0xff));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** The decoded text; empty when it is no xtext. */
    static String decode(String text) {
        return Utf8.isNotAscii(text) ? "" : decodeBytes(text);
    }

    /** The same for text that may have bytes above 127 as they are, as RFC 6533 allows. */
    static String decodeUtf8(String text) {
        return Utf8.isValid(text) ? decodeBytes(text) : "";
    }

    private static String decodeBytes(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 127) {
                return "";
            }
            if (c != '+') {
                decoded.append(c);
                continue;
            }
            if (i + 2 >= text.length() || !HexFormat.isHexDigit(text.charAt(i + 1))
                    || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                return "";
            }
            int value = HexFormat.fromHexDigits(text, i + 1, i + 3);
            if (value < ' ' || value == 127) {
                // A control character would break the queue file's and the log's lines.
                return "";
            }
            decoded.append((char) value);
            i += 2;
        }
        return decoded.toString();
    }
}
