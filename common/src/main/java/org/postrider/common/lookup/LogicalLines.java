package org.postrider.common.lookup;

import java.io.IOException;
import java.io.InputStreamReader;
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
    record Line(int number, String text) {
        /** True for white space that continues nothing, as the first line may have it. */
        boolean isStray() {
            return continues(text);
        }

        /** What a warning says about such a line. */
        String strayWords() {
            return "logical line must not start with whitespace: \""
                    + (text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text) + '"';
        }
    }

    private static final int LONGEST = MappedFile.LONGEST;
    private static final int BUFFER = 16 * 1024;
    private static final int LONGEST_SHOWN = 30;

    private final Reader in;
    private final char[] buffer = new char[BUFFER];
    private int at;
    private int filled;
    private int number;
    private @Nullable Line ahead;

    LogicalLines(Reader in) {
        this.in = in;
    }

    /** Reads a table's source in a daemon. */
    static LogicalLines open(TableFiles files, Path file) throws IOException {
        return new LogicalLines(new InputStreamReader(files.open(file).stream(), StandardCharsets.ISO_8859_1));
    }

    static LogicalLines open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("Is a directory");
        }
        return new LogicalLines(new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1));
    }

    /** The next logical line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        Line first = take();
        if (first == null) {
            return null;
        }
        StringBuilder text = null;
        Line more;
        while ((more = take()) != null) {
            if (!continues(more.text)) {
                ahead = more;
                break;
            }
            text = text == null ? new StringBuilder(first.text) : text;
            text.append(more.text);
            if (text.length() > LONGEST) {
                throw new IOException("line " + first.number + " is longer than " + LONGEST + " bytes");
            }
        }
        return text == null ? first : new Line(first.number, text.toString());
    }

    /** The next physical line that says something. */
    private @Nullable Line take() throws IOException {
        if (ahead != null) {
            Line line = ahead;
            ahead = null;
            return line;
        }
        String text;
        while ((text = readLine()) != null) {
            number++;
            if (!isBlankOrComment(text)) {
                return new Line(number, text);
            }
        }
        return null;
    }

    /** The text up to the next newline: a carriage return alone ends no line. */
    private @Nullable String readLine() throws IOException {
        StringBuilder longer = null;
        while (fill()) {
            int start = at;
            while (at < filled && buffer[at] != '\n') {
                at++;
            }
            if (at < filled) {
                String end = new String(buffer, start, at++ - start);
                return longer == null ? end : longer.append(end).toString();
            }
            longer = longer == null ? new StringBuilder() : longer;
            longer.append(buffer, start, at - start);
            if (longer.length() > LONGEST) {
                throw new IOException("line " + (number + 1) + " is longer than " + LONGEST + " bytes");
            }
        }
        return longer == null ? null : longer.toString();
    }

    /** False at the end of the text. */
    private boolean fill() throws IOException {
        if (at == filled) {
            at = 0;
            filled = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return filled > 0;
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
            if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != 0x0b) {
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
