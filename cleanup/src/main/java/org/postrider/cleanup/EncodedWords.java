package org.postrider.cleanup;

import java.nio.charset.StandardCharsets;

/** RFC 2047 encoded words of the kind Q, for a display name with bytes that are not ASCII. */
final class EncodedWords {
    private static final int LONGEST = 75;
    private static final String HEX = "0123456789ABCDEF";

    private EncodedWords() {}

    /**
     * The text as encoded words, with a blank between them.
     *
     * @param text one char is one byte in this character set
     * @param charset its name, full_name_encoding_charset
     */
    static String of(String text, String charset) {
        String open = "=?" + charset + "?Q?";
        int room = LONGEST - open.length() - 2;
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder words = new StringBuilder(open);
        int used = 0;
        for (int i = 0; i < bytes.length; i++) {
            String code = code(bytes[i]);
            boolean startsCharacter = (bytes[i] & 0xc0) != 0x80;
            // The bytes of one character in UTF-8, four at most, stay in one word.
            if (startsCharacter && used + 12 > room) {
                words.append("?= ").append(open);
                used = 0;
            }
            words.append(code);
            used += code.length();
        }
        return words.append("?=").toString();
    }

    private static String code(byte b) {
        char c = (char) (b & 0xff);
        if (c == ' ') {
            return "_";
        }
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        boolean plain = letter || "!*+-/".indexOf(c) >= 0;
        return plain ? Character.toString(c) : "=" + HEX.charAt(c >> 4) + HEX.charAt(c & 15);
    }
}
