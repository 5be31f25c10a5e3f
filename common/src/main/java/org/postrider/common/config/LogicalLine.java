package org.postrider.common.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One logical line of main.cf, master.cf or a lookup table's source: a line that starts with text, and the lines after it that
 * start with white space. Empty lines and lines whose first text is {@code #} are left out wherever they stand.
 *
 * @param number of the first line of the file that it is made of, from 1
 * @param text joined as written, without line ends and without white space at the end
 */
public record LogicalLine(int number, String text) {

    /** Hears of a line that is left out because nothing is there that it could continue. */
    @FunctionalInterface
    public interface Complaint {
        void about(int line, String text);
    }

    /** Reads a file, one char for one byte. */
    public static List<LogicalLine> read(Path file, List<String> warnings) {
        return of(WholeFile.read(file), file.toString(), warnings);
    }

    /** The same, for who wants to know where a line stands that is left out. */
    public static List<LogicalLine> read(Path file, Complaint complaint) {
        return of(WholeFile.read(file), file.toString(), complaint);
    }

    /** The logical lines of this text; {@code title} names it in warnings. */
    public static List<LogicalLine> of(String content, String title, List<String> warnings) {
        return of(content, title, (_, text) -> warnings.add(text));
    }

    private static List<LogicalLine> of(String content, String title, Complaint complaint) {
        List<LogicalLine> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        int first = 0;
        int number = 0;
        int at = 0;
        while (at < content.length()) {
            int end = content.indexOf('\n', at);
            end = end < 0 ? content.length() : end;
            String line = untilNul(content.substring(at, end));
            at = end + 1;
            number++;
            int start = Braces.skipSpace(line, 0);
            if (start == line.length() || line.charAt(start) == '#') {
                continue;
            }
            if (start > 0 && first > 0) {
                current.append(line);
                continue;
            }
            if (start > 0) {
                complaint.about(number,
                        title + ": logical line must not start with whitespace: \"" + printable(line) + "\"");
                continue;
            }
            if (first > 0) {
                lines.add(new LogicalLine(first, Braces.stripEnd(current.toString())));
            }
            current.setLength(0);
            current.append(line);
            first = number;
        }
        if (first > 0) {
            lines.add(new LogicalLine(first, Braces.stripEnd(current.toString())));
        }
        return lines;
    }

    private static String untilNul(String line) {
        int nul = line.indexOf('\0');
        return nul < 0 ? line : line.substring(0, nul);
    }

    private static String printable(String line) {
        StringBuilder text = new StringBuilder(Braces.stripEnd(line));
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < ' ' || c > '~') {
                text.setCharAt(at, '?');
            }
        }
        return text.toString();
    }
}
