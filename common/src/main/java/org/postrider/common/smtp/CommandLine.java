package org.postrider.common.smtp;

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
        while (start < line.length() && CommandWords.isBlank(line.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < line.length() && !CommandWords.isBlank(line.charAt(end))) {
            end++;
        }
        return new CommandLine(line.substring(start, end).toUpperCase(Locale.ROOT), trim(line.substring(end)));
    }

    /** The arguments, divided at blanks that are not inside quotes or angle brackets. */
    public List<String> words() {
        return CommandWords.from(arguments, 0);
    }

    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && CommandWords.isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && CommandWords.isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }
}
