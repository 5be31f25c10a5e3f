package org.postrider.common.smtp;

import java.io.EOFException;
import java.io.IOException;
import org.postrider.common.wire.ByteWindow;

/**
 * Content after DATA (RFC 5321 sections 4.1.1.4 and 4.5.2): finds the end of data, takes off stuffed dots, and hands over the
 * lines as byte ranges of the window, without their ends. A line that lies in two windows is joined in a small buffer of the
 * reader's own; a line above the limit is handed over in pieces.
 *
 * <p>Only {@code <CR><LF>.<CR><LF>} ends the data, unless the mode is {@link BareNewline#NO}; a dot between bare line feeds is
 * content ("SMTP smuggling"). One reader serves one message.
 */
public final class DataReader {
    /** Takes the content. */
    public interface Sink {
        /**
         * Bytes {@code from} (inclusive) to {@code to} (exclusive) of a line; they are only valid during the call.
         *
         * @param endOfLine false when the line goes on in the next piece
         */
        void piece(byte[] bytes, int from, int to, boolean endOfLine) throws IOException;
    }

    private static final byte[] NONE = new byte[0];

    private final ByteWindow in;
    private final int limit;
    private final boolean strict;
    private byte[] held = NONE;
    private int heldLength;
    private boolean startOfLine = true;
    private boolean properStart = true;
    private boolean bareLineFeed;

    /** @param limit most bytes of one piece (line_length_limit) */
    public DataReader(ByteWindow in, int limit, BareNewline mode) {
        this.in = in;
        this.limit = Math.max(limit, 2);
        this.strict = mode != BareNewline.NO;
    }

    /** True when some line of the content ended in LF without CR. */
    public boolean sawBareLineFeed() {
        return bareLineFeed;
    }

    /**
     * Reads to the end of data. What follows it stays unread.
     *
     * @throws EOFException when the peer closes first: the message is not complete and must be forgotten
     * @throws java.net.SocketTimeoutException when the time limit of the window passed first
     */
    public void read(Sink sink) throws IOException {
        while (in.fill()) {
            if (scan(sink)) {
                return;
            }
        }
        throw new EOFException("lost connection");
    }

    private boolean scan(Sink sink) throws IOException {
        byte[] window = in.window();
        int at = in.position();
        int end = in.limit();
        while (at < end) {
            int feed = at;
            while (feed < end && window[feed] != '\n') {
                feed++;
            }
            if (feed == end) {
                hold(window, at, end, sink);
                break;
            }
            boolean ended = heldLength > 0 ? joined(window, at, feed, sink) : line(window, at, feed, sink);
            at = feed + 1;
            if (ended) {
                in.skipTo(at);
                return true;
            }
        }
        in.skipTo(end);
        return false;
    }

    private boolean joined(byte[] window, int from, int feed, Sink sink) throws IOException {
        hold(window, from, feed, sink);
        int length = heldLength;
        heldLength = 0;
        return line(held, 0, length, sink);
    }

    /** Keeps the start of a line whose end is not here yet; hands over what is above the limit. */
    private void hold(byte[] window, int from, int to, Sink sink) throws IOException {
        int at = from;
        while (at < to) {
            if (held.length == 0) {
                held = new byte[limit + 3];
            }
            int n = Math.min(to - at, held.length - heldLength);
            System.arraycopy(window, at, held, heldLength, n);
            heldLength += n;
            at += n;
            if (heldLength == held.length) {
                // Room for a stuffed dot and the CR of the line end: a line of just the limit stays one piece.
                int start = unstuffed(held, 0, heldLength);
                sink.piece(held, start, start + limit, false);
                int left = heldLength - start - limit;
                System.arraycopy(held, start + limit, held, 0, left);
                heldLength = left;
                startOfLine = false;
            }
        }
    }

    /** A line from its start, or from where the last piece stopped, to its LF. True when it is the end of data. */
    private boolean line(byte[] bytes, int from, int feed, Sink sink) throws IOException {
        int to = feed;
        while (to > from && bytes[to - 1] == '\r') {
            to--;
        }
        boolean bare = to == feed;
        if (startOfLine && isEnd(bytes, from, to, feed)) {
            return true;
        }
        bareLineFeed |= bare;
        int start = unstuffed(bytes, from, to);
        while (to - start > limit) {
            sink.piece(bytes, start, start + limit, false);
            start += limit;
        }
        sink.piece(bytes, start, to, true);
        startOfLine = true;
        properStart = !bare;
        return false;
    }

    private boolean isEnd(byte[] bytes, int from, int to, int feed) {
        if (to - from != 1 || bytes[from] != '.') {
            return false;
        }
        return !strict || (properStart && feed - to == 1);
    }

    private int unstuffed(byte[] bytes, int from, int to) {
        return startOfLine && from < to && bytes[from] == '.' ? from + 1 : from;
    }
}
