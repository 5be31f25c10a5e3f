package org.postrider.common.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads a file through a small buffer from any place, its beginning from memory. One thread. It does not own the channel. */
final class QueueFileInput extends InputStream {
    private final FileChannel channel;
    private final FileBeginning beginning;
    private byte[] window;
    private boolean inBeginning = true;
    private int next;
    private int limit;
    /** File offset of the byte after the window. */
    private long windowEnd;

    QueueFileInput(FileChannel channel, FileBeginning beginning) {
        this.channel = channel;
        this.beginning = beginning;
        this.window = beginning.bytes();
        this.limit = beginning.length();
        this.windowEnd = limit;
    }

    /** File offset of the next byte. */
    long position() {
        return windowEnd - (limit - next);
    }

    /** Goes on reading at this offset; a short way forward or back costs nothing. */
    void seek(long offset) {
        long start = windowEnd - limit;
        if (offset >= start && offset <= windowEnd) {
            next = (int) (offset - start);
        } else if (offset <= beginning.length()) {
            inBeginning = true;
            window = beginning.bytes();
            limit = beginning.length();
            windowEnd = limit;
            next = (int) offset;
        } else {
            next = 0;
            limit = 0;
            windowEnd = offset;
        }
    }

    private boolean fill() throws IOException {
        if (inBeginning) {
            inBeginning = false;
            window = new byte[FileBeginning.MOST];
        }
        int n = channel.read(ByteBuffer.wrap(window), windowEnd);
        if (n <= 0) {
            return false;
        }
        next = 0;
        limit = n;
        windowEnd += n;
        return true;
    }

    @Override
    public int read() throws IOException {
        if (next == limit && !fill()) {
            return -1;
        }
        return window[next++] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (next == limit && !fill()) {
            return -1;
        }
        int n = Math.min(length, limit - next);
        System.arraycopy(window, next, bytes, offset, n);
        next += n;
        return n;
    }
}
