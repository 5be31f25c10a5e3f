package org.postrider.common.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The client's writer of content after DATA (RFC 5321 section 4.5.2): doubles the dot at the start of a line, ends lines in CRLF,
 * and breaks lines above the limit with {@code CRLF SPACE} (smtp_line_length_limit). Carriage returns and line feeds inside a line, of
 * which one server or another would make an end of data, become blanks where that is wanted. The stream is expected to be buffered;
 * the caller flushes.
 */
public final class DotStuffer {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LINE_BREAK = {'\r', '\n', ' '};
    private static final byte[] LAST_LINE = ".\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final OutputStream out;
    private final int limit;
    private final boolean replacesStray;
    private int column;
    private boolean startOfLine = true;
    private boolean broken;

    /**
     * @param limit most bytes of a line without its end; 0 for no limit
     * @param replacesStray line ends inside a line become blanks; otherwise they go out as they are
     */
    public DotStuffer(OutputStream out, int limit, boolean replacesStray) {
        this.out = out;
        this.limit = limit <= 0 ? Integer.MAX_VALUE : Math.max(limit, 2);
        this.replacesStray = replacesStray;
    }

    /** A whole line, without its end. */
    public void line(byte[] bytes, int from, int to) throws IOException {
        piece(bytes, from, to, true);
    }

    /** A part of a line. */
    public void piece(byte[] bytes, int from, int to, boolean endOfLine) throws IOException {
        if (replacesStray && hasLineEnd(bytes, from, to)) {
            byte[] line = Arrays.copyOfRange(bytes, from, to);
            for (int i = 0; i < line.length; i++) {
                line[i] = isLineEnd(line[i]) ? (byte) ' ' : line[i];
            }
            write(line, 0, line.length, endOfLine);
        } else {
            write(bytes, from, to, endOfLine);
        }
    }

    private static boolean hasLineEnd(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isLineEnd(bytes[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLineEnd(byte b) {
        return b == '\r' || b == '\n';
    }

    private void write(byte[] bytes, int from, int to, boolean endOfLine) throws IOException {
        int at = from;
        if (startOfLine && at < to && bytes[at] == '.') {
            out.write('.');
        }
        startOfLine &= at == to;
        while (to - at > limit - column) {
            int n = limit - column;
            out.write(bytes, at, n);
            out.write(LINE_BREAK);
            at += n;
            column = 1;
            broken = true;
        }
        out.write(bytes, at, to - at);
        column += to - at;
        if (endOfLine) {
            out.write(LINE_END);
            startOfLine = true;
            column = 0;
        }
    }

    /** True when some line was above the limit and was broken. */
    public boolean brokeLines() {
        return broken;
    }

    /** The end of data; ends an unfinished line first. */
    public void end() throws IOException {
        endLine();
        out.write(LAST_LINE);
    }

    /** Ends the last line of the content where it has no end. */
    public void endLine() throws IOException {
        if (!startOfLine) {
            out.write(LINE_END);
            startOfLine = true;
            column = 0;
        }
    }
}
