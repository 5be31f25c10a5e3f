package org.postrider.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Content on its way to a server that must take it in time: {@code smtp_min_data_rate} where {@code smtp_per_request_deadline} is on.
 * The time left shrinks while the server takes bytes, and every byte that it took gives some back, up to where it began. Used by one
 * thread.
 */
final class RatedOutput extends OutputStream {
    private final OutputStream out;
    private final Consumer<Duration> timeout;
    private final long limitNanos;
    private final long nanosPerByte;
    private final LongSupplier nanoTime;
    private long leftNanos;

    /**
     * @param timeout sets the limit of the next write
     * @param limit at the beginning
     * @param rate bytes in a second; 0 for no time back
     */
    RatedOutput(OutputStream out, Consumer<Duration> timeout, Duration limit, int rate, LongSupplier nanoTime) {
        this.out = out;
        this.timeout = timeout;
        this.limitNanos = limit.toNanos();
        this.nanosPerByte = rate <= 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
        this.nanoTime = nanoTime;
        this.leftNanos = limitNanos;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long before = nanoTime.getAsLong();
        timeout.accept(Duration.ofNanos(leftNanos));
        out.write(bytes, offset, length);
        leftNanos -= nanoTime.getAsLong() - before;
        if (leftNanos <= 0) {
            throw new SocketTimeoutException("Connection timed out");
        }
        leftNanos = Math.min(limitNanos, leftNanos + length * nanosPerByte);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
