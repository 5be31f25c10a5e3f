package org.postrider.cleanup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.queue.RecordType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes lines of content as records and keeps count of their size. One message, one thread. */
final class ContentWriter {
    private static final Logger log = LoggerFactory.getLogger(ContentWriter.class);

    private final Message message;
    private final int longestLine;
    private final long limit;
    private long size;

    ContentWriter(Message message, CleanupSettings settings) {
        this.message = message;
        this.longestLine = settings.lineLengthLimit();
        this.limit = settings.messageSizeLimit();
    }

    /** A header field or another text of one or more lines, with line feeds between them. */
    void text(String text) throws IOException {
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf('\n', start);
            int stop = end < 0 ? text.length() : end;
            byte[] bytes = text.substring(start, stop).getBytes(StandardCharsets.ISO_8859_1);
            line(bytes, 0, bytes.length, true);
            start = stop + 1;
        }
    }

    /** A line, or a piece of one. */
    void line(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        if (message.isSettled() || !account(length + 1)) {
            return;
        }
        int from = offset;
        int left = length;
        while (left > longestLine) {
            message.records().write(RecordType.PART, bytes, from, longestLine);
            from += longestLine;
            left -= longestLine;
        }
        message.records().write(complete ? RecordType.TEXT : RecordType.PART, bytes, from, left);
    }

    private boolean account(int bytes) {
        size += bytes;
        if (limit > 0 && size > limit) {
            log.warn("{}: queue file size limit exceeded", message.id());
            message.fail(CleanupStatus.SIZE, "");
            return false;
        }
        return true;
    }
}
