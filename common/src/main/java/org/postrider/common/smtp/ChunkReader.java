package org.postrider.common.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.postrider.common.wire.ByteWindow;

/**
 * Content after BDAT (RFC 3030 section 2): a counted number of bytes, in which nothing has a meaning but line ends. A chunk may end
 * inside a line; the start of that line is kept until the next chunk or {@link #finish}. A line above the limit is handed over in
 * pieces. One reader serves one message.
 */
public final class ChunkReader {
    private static final byte[] NONE = new byte[0];

    private final ByteWindow in;
    private final int limit;
    private byte[] held = NONE;
    private int heldLength;
    private boolean midLine;
    private boolean bareLineFeed;

    /** @param limit most bytes of one piece (line_length_limit) */
    public ChunkReader(ByteWindow in, int limit) {
        this.in = in;
        this.limit = Math.max(limit, 2);
    }

    /** True when some line of the content ended in LF without CR. */
    public boolean sawBareLineFeed() {
        return bareLineFeed;
    }

    /**
     * Takes this many bytes and throws them away.
     *
     * @throws EOFException when the peer closes first
     */
    public static void skip(ByteWindow in, long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (!in.fill()) {
                throw new EOFException("lost connection");
            }
            int n = (int) Math.min(left, in.limit() - in.position());
            in.skipTo(in.position() + n);
            left -= n;
        }
    }

    /**
     * Reads one chunk and hands its lines over.
     *
     * @param count bytes of the chunk
     * @throws EOFException when the peer closes first: the message is not complete and must be forgotten
     */
    public void read(long count, DataReader.Sink sink) throws IOException {
        long left = count;
        while (left > 0) {
            if (!in.fill()) {
                throw new EOFException("lost connection");
            }
            int from = in.position();
            int n = (int) Math.min(left, in.limit() - from);
            scan(in.window(), from, from + n, sink);
            in.skipTo(from + n);
            left -= n;
        }
    }

    /** The message ends: hands over what followed the last line end. */
    public void finish(DataReader.Sink sink) throws IOException {
        if (heldLength > 0 || midLine) {
            sink.piece(held, 0, heldLength, true);
            heldLength = 0;
            midLine = false;
        }
    }

    private void scan(byte[] window, int from, int to, DataReader.Sink sink) throws IOException {
        int start = from;
        for (int at = from; at < to; at++) {
            if (window[at] == '\n') {
                line(window, start, at, sink);
                start = at + 1;
            }
        }
        hold(window, start, to, sink);
    }

    private void line(byte[] window, int from, int feed, DataReader.Sink sink) throws IOException {
        byte[] bytes = window;
        int start = from;
        int end = feed;
        if (heldLength > 0) {
            hold(window, from, feed, sink);
            bytes = held;
            start = 0;
            end = heldLength;
            heldLength = 0;
        }
        int to = end;
        while (to > start && bytes[to - 1] == '\r') {
            to--;
        }
        bareLineFeed |= to == end;
        while (to - start > limit) {
            sink.piece(bytes, start, start + limit, false);
            start += limit;
        }
        sink.piece(bytes, start, to, true);
        midLine = false;
    }

    /** Keeps the start of a line; hands over what is above the limit, but for what may be the CR of the line end. */
    private void hold(byte[] window, int from, int to, DataReader.Sink sink) throws IOException {
        int at = from;
        while (at < to) {
            if (heldLength == held.length) {
                held = Arrays.copyOf(held, Math.min(Math.max(256, held.length * 2), limit + 2));
            }
            int n = Math.min(to - at, held.length - heldLength);
            System.arraycopy(window, at, held, heldLength, n);
            heldLength += n;
            at += n;
            if (heldLength == limit + 2) {
                sink.piece(held, 0, limit, false);
                held[0] = held[limit];
                held[1] = held[limit + 1];
                heldLength = 2;
                midLine = true;
            }
        }
    }
}
