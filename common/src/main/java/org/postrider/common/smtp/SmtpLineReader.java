package org.postrider.common.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.postrider.common.wire.ByteWindow;

/**
 * Lines of commands or replies. A line ends in LF; carriage returns before it belong to the line end, any other carriage return
 * is text. What is longer than the limit is read and thrown away, so that one line costs no more memory than the limit. Between
 * lines nothing is held here.
 */
public final class SmtpLineReader {
    /** What was read. */
    public sealed interface Line {
        /**
         * A line, without its end.
         *
         * @param bareLineFeed the line ended in LF without CR
         */
        record Text(String text, boolean bareLineFeed) implements Line {}

        /** A line above the limit; only its start is known, the rest is gone. */
        record TooLong(String start) implements Line {}

        /**
         * The peer has closed its side.
         *
         * @param partial text that came without a line end; it must not be obeyed
         */
        record End(String partial) implements Line {}
    }

    private final ByteWindow in;
    private final int limit;

    /** @param limit most bytes of a line without its end */
    public SmtpLineReader(ByteWindow in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /**
     * Waits for one line.
     *
     * @throws java.net.SocketTimeoutException when the time limit of the window passed first
     */
    public Line read() throws IOException {
        StringBuilder earlier = null;
        while (in.fill()) {
            byte[] window = in.window();
            int from = in.position();
            int feed = find(window, from, in.limit());
            int to = feed < 0 ? in.limit() : feed;
            if (feed >= 0 && earlier == null) {
                in.skipTo(feed + 1);
                return line(new String(window, from, to - from, StandardCharsets.ISO_8859_1));
            }
            earlier = earlier == null ? new StringBuilder(128) : earlier;
            int room = limit + 2 - earlier.length();
            if (room > 0) {
                earlier.append(new String(window, from, Math.min(room, to - from), StandardCharsets.ISO_8859_1));
            }
            if (room < to - from) {
                // A mark that the line is too long, whatever its last kept byte is.
                earlier.setLength(limit + 2);
                earlier.setCharAt(limit + 1, '*');
            }
            in.skipTo(feed < 0 ? to : feed + 1);
            if (feed >= 0) {
                return line(earlier.toString());
            }
        }
        return new Line.End(earlier == null ? "" : cut(earlier.toString()));
    }

    private Line line(String raw) {
        int end = raw.length();
        while (end > 0 && raw.charAt(end - 1) == '\r') {
            end--;
        }
        return end > limit ? new Line.TooLong(cut(raw)) : new Line.Text(raw.substring(0, end), end == raw.length());
    }

    private String cut(String raw) {
        return raw.length() > limit ? raw.substring(0, limit) : raw;
    }

    private static int find(byte[] window, int from, int to) {
        for (int i = from; i < to; i++) {
            if (window[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
