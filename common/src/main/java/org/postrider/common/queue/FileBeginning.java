package org.postrider.common.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The first bytes of a queue file, read once: of most messages that is all, and envelope, recipients and content come from it. What
 * another process changes in the file later does not show. One thread.
 */
final class FileBeginning {
    /** As many bytes as a reader holds of a file. */
    static final int MOST = 8192;

    private final byte[] bytes;
    private final int length;

    private FileBeginning(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** Nothing is known yet; every byte is read when it is wanted. */
    static FileBeginning unread() {
        return new FileBeginning(new byte[0], 0);
    }

    /**
     * Reads it.
     *
     * @param fileSize bytes in the file
     */
    static FileBeginning of(FileChannel channel, long fileSize) throws IOException {
        byte[] bytes = new byte[(int) Math.min(MOST, fileSize)];
        int n = bytes.length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes), 0);
        return new FileBeginning(bytes, Math.max(n, 0));
    }

    /** Never written to by who reads. */
    byte[] bytes() {
        return bytes;
    }

    /** How many of the bytes count. */
    int length() {
        return length;
    }

    /** What was written into the file at this offset is here, too. */
    void overwrite(byte[] written, long offset) {
        for (int i = 0; i < written.length && offset + i < length; i++) {
            bytes[(int) (offset + i)] = written[i];
        }
    }
}
