package org.postrider.smtpd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/** SASLprep (RFC 4013): user names and passwords that look alike become alike. Takes and gives text in which one char is one byte. */
final class SaslPrep {
    private SaslPrep() {}

    /** The prepared text; empty when it is not UTF-8, has characters that names and passwords must not have, or nothing is left. */
    static Optional<String> prepare(String bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))).toString();
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
        String normal = Normalizer.normalize(mapped(text), Normalizer.Form.NFKC);
        if (normal.isEmpty() || normal.codePoints().anyMatch(SaslPrep::isProhibited) || mixesDirections(normal)) {
            return Optional.empty();
        }
        return Optional.of(new String(normal.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    /** Section 2.1: every space is the space, and what is not seen is not there. */
    private static String mapped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().filter(c -> !isInvisible(c)).map(c -> isSpace(c) ? ' ' : c).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static boolean isSpace(int c) {
        return Character.getType(c) == Character.SPACE_SEPARATOR || c == 0x200b;
    }

    /** RFC 3454 table B.1, without 200B, which is a space. */
    private static boolean isInvisible(int c) {
        return c == 0xad || c == 0x34f || c == 0x1806 || (c >= 0x180b && c <= 0x180d) || c == 0x200c || c == 0x200d
                || c == 0x2060 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
    }

    /** Section 2.3. */
    private static boolean isProhibited(int c) {
        boolean noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
        boolean unsuitable = c == 0xfffc || c == 0xfffd || (c >= 0x2ff0 && c <= 0x2ffb);
        return noncharacter || unsuitable || switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        };
    }

    /** Section 2.4: text from right to left has no letter of the other kind, and begins and ends with its own. */
    private static boolean mixesDirections(String text) {
        return text.codePoints().anyMatch(SaslPrep::isRightToLeft)
                && (text.codePoints().anyMatch(SaslPrep::isLeftToRight) || !isRightToLeft(text.codePointAt(0))
                        || !isRightToLeft(text.codePointBefore(text.length())));
    }

    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean isLeftToRight(int c) {
        return Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
    }
}
