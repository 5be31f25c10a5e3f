package org.postrider.common.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One command line: the verb, and what follows it. How the rest is to be read is the verb's business; {@link EnvelopeCommand} reads
 * MAIL and RCPT.
 *
 * @param verb in upper case; empty for an empty line
 * @param arguments the text after the verb without the blanks around it
 */
public record CommandLine(String verb, String arguments) {
    public static CommandLine parse(String line) {
        int start = 0;
        while (start < line.length() && isBlank(line.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < line.length() && !isBlank(line.charAt(end))) {
            end++;
        }
        return new CommandLine(line.substring(start, end).toUpperCase(Locale.ROOT), trim(line.substring(end)));
    }

    /** The arguments, divided at blanks. */
    public List<String> words() {
        return words(arguments);
    }

    /** Divides at blanks that are not inside double quotes. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>(4);
        int at = 0;
        while (at < text.length()) {
            if (isBlank(text.charAt(at))) {
                at++;
                continue;
            }
            int end = endOfWord(text, at);
            words.add(text.substring(at, end));
            at = end;
        }
        return words;
    }

    private static int endOfWord(String text, int from) {
        boolean quoted = false;
        int at = from;
        while (at < text.length() && (quoted || !isBlank(text.charAt(at)))) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted && at + 1 < text.length()) {
                at++;
            }
            at++;
        }
        return at;
    }

    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
