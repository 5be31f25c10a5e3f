package org.postrider.smtpd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.postrider.common.wire.ByteWindow;

/**
 * The session's view of what the client sends: replies that are still gathered are sent before the session waits for the client,
 * so that pipelined commands are answered in one packet (RFC 2920); and under smtpd_per_request_deadline a whole request, not one
 * wait, must fit the time limit, with more time for content that comes at smtpd_min_data_rate.
 */
final class SessionInput implements ByteWindow {
    private final ByteWindow in;
    private final OutputStream out;
    private final long deadlineNanos;
    private final int minRate;
    private boolean inContent;
    private long deadline;

    /**
     * @param wholeRequest the time limit is one of requests
     * @param minRate bytes a second that earn more time for content; 0 for none
     */
    SessionInput(ByteWindow in, OutputStream out, Duration limit, boolean wholeRequest, int minRate) {
        this.in = in;
        this.out = out;
        this.minRate = minRate;
        this.deadlineNanos = wholeRequest ? limit.toNanos() : 0;
        in.timeout(limit);
    }

    /** A new request begins: a command, or the content of a message. */
    void beginRequest(boolean content) {
        if (deadlineNanos > 0) {
            inContent = content;
            deadline = System.nanoTime() + deadlineNanos;
            in.deadline(deadline);
        }
    }

    @Override
    public boolean fill() throws IOException {
        if (in.position() < in.limit()) {
            return true;
        }
        if (in.available() == 0) {
            out.flush();
        }
        boolean more = in.fill();
        if (inContent && minRate > 0) {
            long earned = TimeUnit.SECONDS.toNanos(in.limit() - in.position()) / minRate;
            deadline = Math.min(deadline + earned, System.nanoTime() + deadlineNanos);
            in.deadline(deadline);
        }
        return more;
    }

    /** What the client has sent ahead, at most this many bytes, for the log. */
    String preview(int most) throws IOException {
        if (in.position() == in.limit() && (in.available() == 0 || !in.fill())) {
            return "";
        }
        int length = Math.min(in.limit() - in.position(), most);
        return SyntaxText
                .escaped(new String(in.window(), in.position(), length, StandardCharsets.ISO_8859_1));
    }

    @Override
    public byte[] window() {
        return in.window();
    }

    @Override
    public int position() {
        return in.position();
    }

    @Override
    public int limit() {
        return in.limit();
    }

    @Override
    public void skipTo(int newPosition) {
        in.skipTo(newPosition);
    }

    @Override
    public int available() {
        return in.available();
    }

    @Override
    public void timeout(Duration timeout) {
        in.timeout(timeout);
    }

    @Override
    public void deadline(long nanoTime) {
        in.deadline(nanoTime);
    }

    @Override
    public void noDeadline() {
        in.noDeadline();
    }
}
