package org.postrider.common.lookup;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Makes keys equal that differ only in case. Text here holds one byte per char; a key with bytes above 127 is folded as UTF-8
 * (RFC 6531), and only its ASCII letters when it is not valid UTF-8.
 */
public final class KeyFolding {
    private KeyFolding() {}

    /** The folded key. */
    public static String fold(String key) {
        boolean ascii = true;
        boolean upper = false;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            ascii &= c < 128;
            upper |= c >= 'A' && c <= 'Z';
        }
        if (ascii) {
            return upper ? foldAscii(key) : key;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(key.getBytes(StandardCharsets.ISO_8859_1))).toString();
            StringBuilder folded = new StringBuilder(text.length());
            text.codePoints()
                    .forEach(point -> folded.appendCodePoint(Character.toLowerCase(Character.toUpperCase(point))));
            return new String(folded.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        } catch (CharacterCodingException _) {
            return foldAscii(key);
        }
    }

    /** The bytes of a key, folded or as they are. */
    static byte[] bytes(String key, boolean fold) {
        byte[] bytes = MappedFile.bytes(key);
        if (!fold) {
            return bytes;
        }
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b < 0) {
                return MappedFile.bytes(fold(key));
            }
            if (b >= 'A' && b <= 'Z') {
                bytes[i] = (byte) (b + ('a' - 'A'));
            }
        }
        return bytes;
    }

    /** True when the bytes that the text stands for are valid UTF-8. */
    static boolean isUtf8(String text) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .hasRemaining();
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static String foldAscii(String key) {
        StringBuilder folded = new StringBuilder(key);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return folded.toString();
    }
}
