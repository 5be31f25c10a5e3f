package org.postrider.common.smtp;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the text of a command at blanks. What stands in double quotes or angle brackets, or behind a backslash, is not cut; a word
 * may have several such parts. Blanks are space, tab, and the characters from vertical tab to carriage return.
 */
final class CommandWords {
    /**
     * One word.
     *
     * @param text as it was sent
     * @param end index after it
     * @param closed false when the text ended inside quotes or brackets
     */
    record Word(String text, int end, boolean closed) {}

    private CommandWords() {}

    /** The word at this index, which is no blank. */
    static Word at(String text, int from) {
        boolean quoted = false;
        int depth = 0;
        int at = from;
        while (at < text.length() && (quoted || depth > 0 || !isBlank(text.charAt(at)))) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\') {
                at++;
            } else if (!quoted) {
                depth += c == '<' ? 1 : c == '>' && depth > 0 ? -1 : 0;
            }
            at++;
        }
        int end = Math.min(at, text.length());
        return new Word(text.substring(from, end), end, !quoted && depth == 0);
    }

    /** All words from this index on. */
    static List<String> from(String text, int start) {
        List<String> words = new ArrayList<>(4);
        int at = start;
        while (at < text.length()) {
            if (isBlank(text.charAt(at))) {
                at++;
                continue;
            }
            Word word = at(text, at);
            words.add(word.text);
            at = word.end;
        }
        return words;
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || (c >= 0x0b && c <= '\r');
    }
}
