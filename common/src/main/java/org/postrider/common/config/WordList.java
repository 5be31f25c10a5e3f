package org.postrider.common.config;

import java.util.ArrayList;
import java.util.List;

/** A list as main.cf has them: words separated by commas and white space; {@code { }} keeps separators inside a word. */
public final class WordList {
    private WordList() {}

    /** The words of an expanded value; braces are kept as written. */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            while (at < text.length() && isSeparator(text.charAt(at))) {
                at++;
            }
            int end = wordEnd(text, at);
            if (end > at) {
                words.add(text.substring(at, end));
            }
            at = end;
        }
        return List.copyOf(words);
    }

    private static int wordEnd(String text, int start) {
        int depth = 0;
        int at = start;
        while (at < text.length() && (depth > 0 || !isSeparator(text.charAt(at)))) {
            char c = text.charAt(at);
            if (c == '{') {
                depth++;
            } else if (c == '}' && depth > 0) {
                depth--;
            }
            at++;
        }
        return at;
    }

    private static boolean isSeparator(char c) {
        return c == ',' || Braces.isSpace(c);
    }
}
