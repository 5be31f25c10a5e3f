package org.postrider.common.wire;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * The window on a plain stream: standard input of a stand-alone conversation, or bytes in memory. Such a stream can't be timed;
 * limits of time are ignored.
 */
public final class StreamWindow implements ByteWindow {
    private static final int SIZE = 8 * 1024;

    private final InputStream stream;
    private final byte[] window = new byte[SIZE];
    private int position;
    private int limit;

    public StreamWindow(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public byte[] window() {
        return window;
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public void skipTo(int newPosition) {
        position = newPosition;
    }

    @Override
    public boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        int got = stream.read(window, 0, SIZE);
        position = 0;
        limit = Math.max(got, 0);
        return got > 0;
    }

    @Override
    public int available() {
        try {
            return limit - position + stream.available();
        } catch (IOException _) {
            return limit - position;
        }
    }

    @Override
    public void timeout(Duration timeout) {
        // A plain stream waits as long as its writer lets it.
    }

    @Override
    public void deadline(long nanoTime) {
        // As above.
    }

    @Override
    public void noDeadline() {
        // As above.
    }
}
