package org.postrider.smtpd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads what is only of use when it is there to its end, within bounds of size and time. */
final class WholeText {
    private WholeText() {}

    /**
     * The rest of a stream as UTF-8.
     *
     * @param limit from now on; a stream that may block sets a bound to each of its reads itself, so that twice the limit is the most
     * @throws IOException when there is more than that many bytes, or the end doesn't come in time
     */
    static String read(InputStream in, int mostBytes, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
            whole.write(part, 0, count);
            if (whole.size() > mostBytes) {
                throw new IOException("more than " + mostBytes + " bytes");
            }
            if (System.nanoTime() - end > 0) {
                throw new SocketTimeoutException("not complete within " + limit.toSeconds() + " seconds");
            }
        }
        return whole.toString(StandardCharsets.UTF_8);
    }
}
