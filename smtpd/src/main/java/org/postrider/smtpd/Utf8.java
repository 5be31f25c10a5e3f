package org.postrider.smtpd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Looks at text in which one char is one byte. */
final class Utf8 {
    private Utf8() {}

    /** True when some byte is not ASCII. */
    static boolean isNotAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return true;
            }
        }
        return false;
    }

    /** True when the bytes are valid UTF-8, as ASCII always is. */
    static boolean isValid(String text) {
        if (!isNotAscii(text)) {
            return true;
        }
        try {
            int length = StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1))).length();
            return length > 0;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
