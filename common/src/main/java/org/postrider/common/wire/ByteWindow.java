package org.postrider.common.wire;

import java.io.IOException;
import java.time.Duration;

/**
 * Unread bytes that a scanner looks at in place: {@link #fill()} waits until {@link #window()} holds at least one unread byte
 * between {@link #position()} and {@link #limit()}, and {@link #skipTo(int)} takes bytes. One thread reads.
 */
public interface ByteWindow {
    /** The array that holds the unread bytes in place; it may be another one after every {@link #fill()}. */
    byte[] window();

    /** Index of the first unread byte in {@link #window()}. */
    int position();

    /** Index after the last byte in {@link #window()}. */
    int limit();

    /** Marks the bytes of the window before this index as read. */
    void skipTo(int newPosition);

    /**
     * Waits until the window has an unread byte.
     *
     * @return false at the end of the stream
     * @throws java.net.SocketTimeoutException when the time limit or the deadline passed first
     */
    boolean fill() throws IOException;

    /** How many bytes can be read without waiting for the peer. */
    int available();

    /** How long one wait for bytes may last; zero means for ever. */
    void timeout(Duration timeout);

    /** A point of {@link System#nanoTime()} after which every wait fails, whatever arrives. */
    void deadline(long nanoTime);

    /** Takes the deadline back. */
    void noDeadline();
}
