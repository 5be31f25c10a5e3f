package org.postrider.common.queue;

import java.io.IOException;
import java.io.InputStream;

/** Content as a stream of bytes with LF after every line. */
final class ContentStream extends InputStream {
    private final ContentReader content;
    private int next;
    /** Bytes of the current record and its line end. */
    private int limit;

    ContentStream(ContentReader content) {
        this.content = content;
    }

    private boolean fill() throws IOException {
        while (next == limit) {
            if (!content.next()) {
                return false;
            }
            next = 0;
            limit = content.length() + (content.endsLine() ? 1 : 0);
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        if (!fill()) {
            return -1;
        }
        int index = next++;
        return index == content.length() ? '\n' : content.buffer()[index] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int done = 0;
        while (done < length && (done == 0 || next < limit) && fill()) {
            int n = Math.min(length - done, content.length() - next);
            System.arraycopy(content.buffer(), next, bytes, offset + done, n);
            done += n;
            next += n;
            if (done < length && next < limit) {
                bytes[offset + done++] = '\n';
                next++;
            }
        }
        return done == 0 ? -1 : done;
    }
}
