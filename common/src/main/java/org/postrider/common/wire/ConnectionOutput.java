package org.postrider.common.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a {@link Connection}: gathers bytes and sends them on {@link #flush()} or when {@link #CHUNK} are
 * gathered. When the peer does not take what was sent, the writer waits, at most the time limit for one wait. One thread writes.
 * An idle connection holds no buffer.
 */
public final class ConnectionOutput extends OutputStream {
    private static final int CHUNK = 16 * 1024;

    private final Channel channel;
    private final WaitPoint lock;
    private @Nullable IOException failure;
    private boolean ended;

    // Only the conversation thread touches what follows.
    private @Nullable ByteBuf gathered;
    private @Nullable ChannelFuture last;
    private long timeoutNanos;

    ConnectionOutput(WaitPoint lock, Channel channel) {
        this.lock = lock;
        this.channel = channel;
    }

    /** How long one wait for the peer to take bytes may last; zero means for ever. */
    public void timeout(Duration timeout) {
        timeoutNanos = timeout.toNanos();
    }

    @Override
    public void write(int b) throws IOException {
        room().writeByte(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int at = offset;
        int left = length;
        while (left > 0) {
            ByteBuf buffer = room();
            int n = Math.min(left, CHUNK - buffer.readableBytes());
            buffer.writeBytes(bytes, at, n);
            at += n;
            left -= n;
        }
    }

    private ByteBuf room() throws IOException {
        ByteBuf buffer = gathered;
        if (buffer != null && buffer.readableBytes() >= CHUNK) {
            flush();
            buffer = gathered;
        }
        if (buffer == null) {
            buffer = channel.alloc().directBuffer(512, CHUNK);
            gathered = buffer;
        }
        return buffer;
    }

    /** How many bytes wait here for the next flush. */
    public int pending() {
        return gathered == null ? 0 : gathered.readableBytes();
    }

    @Override
    public void flush() throws IOException {
        ByteBuf buffer = gathered;
        if (buffer == null) {
            return;
        }
        gathered = null;
        try {
            awaitWritable();
        } catch (IOException e) {
            buffer.release();
            throw e;
        }
        last = channel.writeAndFlush(buffer);
    }

    private void awaitWritable() throws IOException {
        lock.lock();
        try {
            boolean limited = timeoutNanos != 0;
            long end = limited && !channel.isWritable() ? System.nanoTime() + timeoutNanos : 0;
            while (true) {
                if (failure != null) {
                    throw Connection.thrown(failure);
                }
                if (ended) {
                    throw new ClosedChannelException();
                }
                if (channel.isWritable()) {
                    return;
                }
                if (!limited) {
                    lock.await();
                } else if (!lock.await(end)) {
                    throw new SocketTimeoutException("Connection timed out");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing", e);
        } finally {
            lock.unlock();
        }
    }

    /** Sends what is gathered and waits, at most this long, until the kernel has taken all of it. */
    void drain(Duration limit) throws IOException {
        flush();
        ChannelFuture sent = last;
        try {
            if (sent != null && !lock.await(sent, limit)) {
                throw new SocketTimeoutException("Connection timed out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing", e);
        }
    }

    /** Drops what was gathered and not sent. */
    void discard() {
        ByteBuf buffer = gathered;
        gathered = null;
        if (buffer != null) {
            buffer.release();
        }
    }

    /** The channel takes bytes again, or does not any more. */
    void writabilityChanged() {
        lock.change(() -> {
            // Who waits looks for himself.
        });
    }

    /** The channel is closed. */
    void end() {
        lock.end(() -> ended = true);
    }

    void fail(IOException cause) {
        lock.end(() -> failure = failure == null ? cause : failure);
    }
}
