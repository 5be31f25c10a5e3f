package org.postrider.common.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a {@link Connection}. One conversation thread reads; the event loop offers arrays of bytes. At most
 * {@link #HIGH_WATER} bytes plus one network read wait here: past that the event loop stops reading from the peer.
 *
 * <p>Besides the stream methods, a scanner may look at the bytes in place: {@link #fill()} blocks until {@link #window()}
 * holds at least one unread byte between {@link #position()} and {@link #limit()}, and {@link #skipTo(int)} takes them.
 *
 * <p>An idle connection holds no buffer.
 */
public final class ConnectionInput extends InputStream implements ByteWindow {
    static final int HIGH_WATER = 64 * 1024;
    static final int LOW_WATER = 16 * 1024;
    private static final byte[] EMPTY = new byte[0];

    /** What the input tells the channel: stop reading from the peer, or go on. */
    interface Flow {
        void reading(boolean on);
    }

    private final WaitPoint lock;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final Flow flow;
    private int waitingBytes;
    private boolean stopped;
    private boolean ended;
    private @Nullable IOException failure;

    // Only the conversation thread touches what follows.
    private byte[] window = EMPTY;
    private int position;
    private long timeoutNanos;
    private long deadline;
    private boolean hasDeadline;

    ConnectionInput(WaitPoint lock, Flow flow) {
        this.lock = lock;
        this.flow = flow;
    }

    /** How long one wait for bytes may last; zero means for ever. */
    @Override
    public void timeout(Duration timeout) {
        timeoutNanos = timeout.toNanos();
    }

    /** A point of {@link System#nanoTime()} after which every wait fails, whatever arrives; for per-request deadlines. */
    @Override
    public void deadline(long nanoTime) {
        deadline = nanoTime;
        hasDeadline = true;
    }

    /** Takes the deadline back. */
    @Override
    public void noDeadline() {
        hasDeadline = false;
    }

    /** The array that holds the unread bytes in place. */
    @Override
    public byte[] window() {
        return window;
    }

    /** Index of the first unread byte in {@link #window()}. */
    @Override
    public int position() {
        return position;
    }

    /** Index after the last byte in {@link #window()}. */
    @Override
    public int limit() {
        return window.length;
    }

    /** Marks the bytes of the window before this index as read. */
    @Override
    public void skipTo(int newPosition) {
        position = newPosition;
        if (position == window.length) {
            window = EMPTY;
            position = 0;
        }
    }

    /**
     * Waits until the window has an unread byte.
     *
     * @return false at the end of the stream
     * @throws SocketTimeoutException when the time limit or the deadline passed first
     */
    @Override
    public boolean fill() throws IOException {
        if (position < window.length) {
            return true;
        }
        lock.lock();
        try {
            byte[] next = take();
            if (next == null) {
                window = EMPTY;
                position = 0;
                return false;
            }
            window = next;
            position = 0;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private byte @Nullable [] take() throws IOException {
        try {
            if (waiting.isEmpty()) {
                boolean limited = timeoutNanos != 0 || hasDeadline;
                long end = limited ? endOfWait() : 0;
                while (waiting.isEmpty()) {
                    if (failure != null) {
                        throw Connection.thrown(failure);
                    }
                    if (ended) {
                        return null;
                    }
                    if (!limited) {
                        lock.await();
                    } else if (!lock.await(end)) {
                        throw new SocketTimeoutException("Connection timed out");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        }
        byte[] next = waiting.remove();
        waitingBytes -= next.length;
        if (stopped && waitingBytes <= LOW_WATER) {
            stopped = false;
            flow.reading(true);
        }
        return next;
    }

    private long endOfWait() {
        if (timeoutNanos == 0) {
            return deadline;
        }
        long end = System.nanoTime() + timeoutNanos;
        return hasDeadline && deadline - end < 0 ? deadline : end;
    }

    @Override
    public int read() throws IOException {
        if (position == window.length && !fill()) {
            return -1;
        }
        int b = window[position] & 0xff;
        skipTo(position + 1);
        return b;
    }

    @Override
    public int read(byte[] destination, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == window.length && !fill()) {
            return -1;
        }
        int n = Math.min(length, window.length - position);
        System.arraycopy(window, position, destination, offset, n);
        skipTo(position + n);
        return n;
    }

    /** How many bytes can be read without waiting for the peer. */
    @Override
    public int available() {
        lock.lock();
        try {
            return window.length - position + waitingBytes;
        } finally {
            lock.unlock();
        }
    }

    /** True once the peer has closed its side (or the connection failed) and everything before that has been read. */
    public boolean atEnd() {
        lock.lock();
        try {
            return position == window.length && waiting.isEmpty() && (ended || failure != null);
        } finally {
            lock.unlock();
        }
    }

    /** The peer has closed its side, whatever of what it sent is still to be read. */
    boolean hasEnded() {
        lock.lock();
        try {
            return ended || failure != null;
        } finally {
            lock.unlock();
        }
    }

    void offer(byte[] bytes) {
        lock.lock();
        try {
            if (ended || failure != null) {
                return;
            }
            waiting.add(bytes);
            waitingBytes += bytes.length;
            if (!stopped && waitingBytes >= HIGH_WATER) {
                stopped = true;
                flow.reading(false);
            }
            lock.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes away what has arrived and is not in the window; on the event loop. */
    List<byte[]> takeAll() {
        lock.lock();
        try {
            List<byte[]> taken = new ArrayList<>(waiting);
            waiting.clear();
            waitingBytes = 0;
            if (stopped) {
                stopped = false;
                flow.reading(true);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.end(() -> ended = true);
    }

    void fail(IOException cause) {
        lock.end(() -> failure = failure == null ? cause : failure);
    }
}
