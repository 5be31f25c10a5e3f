package org.postrider.common.lookup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text form that all sources of tables share: empty lines and lines whose first visible character is {@code #} are
 * skipped, a line that starts with white space continues the one before. One thread.
 */
final class LogicalLines implements AutoCloseable {
    /**
     * One logical line.
     *
     * @param number where it began, from 1
     * @param text with the parts put together as they stand; no line ends
     */
    record Line(int number, String text) {}

    private static final int LONGEST = 16 * 1024 * 1024;

    private final BufferedReader in;
    private int number;
    private @Nullable Line ahead;

    LogicalLines(Reader in) {
        this.in = new BufferedReader(in);
    }

    static LogicalLines open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("Is a directory");
        }
        return new LogicalLines(Files.newBufferedReader(file, StandardCharsets.ISO_8859_1));
    }

    /** The next logical line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        Line first = take();
        if (first == null) {
            return null;
        }
        StringBuilder text = new StringBuilder(first.text);
        Line more;
        while ((more = take()) != null) {
            if (!continues(more.text)) {
                ahead = more;
                break;
            }
            text.append(more.text);
            if (text.length() > LONGEST) {
                throw new IOException("logical line too long");
            }
        }
        return new Line(first.number, text.toString());
    }

    /** The next physical line that says something. */
    private @Nullable Line take() throws IOException {
        if (ahead != null) {
            Line line = ahead;
            ahead = null;
            return line;
        }
        String text;
        while ((text = in.readLine()) != null) {
            number++;
            if (!isBlankOrComment(text)) {
                return new Line(number, text);
            }
        }
        return null;
    }

    private static boolean continues(String text) {
        return text.charAt(0) == ' ' || text.charAt(0) == '\t';
    }

    private static boolean isBlankOrComment(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '#') {
                return true;
            }
            if (c != ' ' && c != '\t' && c != '\r' && c != '\f') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
