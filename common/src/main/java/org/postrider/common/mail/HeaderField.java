package org.postrider.common.mail;

import java.util.Optional;

/**
 * A header field of a message, possibly of several lines.
 *
 * @param name without the colon
 * @param value everything behind the colon as it stood there, leading white space included; lines are separated by line feeds
 */
public record HeaderField(String name, String value) {
    /** Reads {@code name: value}; white space before the colon is dropped. Empty when the text is no header field. */
    public static Optional<HeaderField> parse(String text) {
        int length = nameLength(text);
        if (length == 0) {
            return Optional.empty();
        }
        int colon = text.indexOf(':', length);
        return Optional.of(new HeaderField(text.substring(0, length), text.substring(colon + 1)));
    }

    /** Length of the field name that a text starts with, white space and a colon behind it; 0 when there is none. */
    public static int nameLength(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) > ' ' && text.charAt(end) < 0x7f && text.charAt(end) != ':') {
            end++;
        }
        int colon = end;
        while (colon < text.length() && (text.charAt(colon) == ' ' || text.charAt(colon) == '\t')) {
            colon++;
        }
        return end > 0 && colon < text.length() && text.charAt(colon) == ':' ? end : 0;
    }

    /** The same for bytes. */
    static int nameLength(byte[] bytes, int offset, int length) {
        int limit = offset + length;
        int end = offset;
        while (end < limit && bytes[end] > ' ' && bytes[end] < 0x7f && bytes[end] != ':') {
            end++;
        }
        int colon = end;
        while (colon < limit && (bytes[colon] == ' ' || bytes[colon] == '\t')) {
            colon++;
        }
        return end > offset && colon < limit && bytes[colon] == ':' ? end - offset : 0;
    }

    /** The value on one line without white space around it. */
    public String unfolded() {
        return value.replace("\n", "").strip();
    }

    /** {@code name:value}. */
    public String text() {
        return name + ':' + value;
    }
}
