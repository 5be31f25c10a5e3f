package org.postrider.common.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.wire.ByteWindow;

/**
 * The client's reader of replies. Takes single and multi-line replies, with LF or CRLF; lines are cut at the length limit, and
 * text lines past {@link #MOST_LINES} are dropped so that a hostile server can't fill the memory. Code and enhanced status of the
 * last line count.
 */
public final class ReplyReader {
    /** Text lines kept of one reply. */
    public static final int MOST_LINES = 200;
    private static final int MOST_LINES_READ = 100_000;

    /** Says what counts of a line, before anything is made of it. */
    @FunctionalInterface
    public interface LineFilter {
        /** The line that stands for this one. */
        String apply(String line) throws IOException;
    }

    private final SmtpLineReader lines;
    private final LineFilter filter;

    /** @param lineLimit bytes kept of one line */
    public ReplyReader(ByteWindow in, int lineLimit, LineFilter filter) {
        this.lines = new SmtpLineReader(in, lineLimit);
        this.filter = filter;
    }

    /**
     * Waits for one whole reply.
     *
     * @throws EOFException when the server closes the connection first
     * @throws java.net.SocketTimeoutException when the time limit of the window passed first
     * @throws MalformedReplyException when a line does not begin with a reply code
     */
    public Reply read() throws IOException {
        List<String> text = new ArrayList<>(1);
        String status = "";
        for (int count = 0; count < MOST_LINES_READ; count++) {
            String line = filter.apply(next());
            int code = code(line);
            String words = line.length() > 4 ? line.substring(4) : "";
            String found = EnhancedStatus.atStart(words);
            boolean fits = !found.isEmpty() && found.charAt(0) == line.charAt(0);
            status = fits ? found : "";
            if (fits) {
                words = EnhancedStatus.rest(words);
            }
            if (text.size() < MOST_LINES) {
                text.add(words);
            }
            if (line.length() < 4 || line.charAt(3) != '-') {
                return new Reply(code, status, text);
            }
        }
        throw new MalformedReplyException("reply without end");
    }

    private String next() throws IOException {
        return switch (lines.read()) {
            case SmtpLineReader.Line.Text(String text, _) -> text;
            case SmtpLineReader.Line.TooLong(String start) -> start;
            case SmtpLineReader.Line.End _ -> throw new EOFException("lost connection");
        };
    }

    private static int code(String line) throws MalformedReplyException {
        boolean good = line.length() >= 3 && line.charAt(0) >= '2' && line.charAt(0) <= '5' && isDigit(line.charAt(1))
                && isDigit(line.charAt(2)) && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
        if (!good) {
            throw new MalformedReplyException(line);
        }
        return Integer.parseInt(line, 0, 3, 10);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
