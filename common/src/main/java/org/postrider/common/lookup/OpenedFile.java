package org.postrider.common.lookup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file that is open for reading, by one of perhaps many readers of its channel.
 *
 * @param channel read it by position only
 * @param owned closing this closes the channel
 */
record OpenedFile(FileChannel channel, boolean owned) implements AutoCloseable {
    /** The bytes from the beginning; closing the stream closes this. */
    InputStream stream() {
        return new InputStream() {
            private long at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int start, int length) throws IOException {
                int count = length == 0 ? 0 : channel.read(ByteBuffer.wrap(into, start, length), at);
                at += Math.max(0, count);
                return count;
            }

            @Override
            public void close() throws IOException {
                OpenedFile.this.close();
            }
        };
    }

    /** Closes what was open for reading only, so that nothing can be lost. */
    void closeQuietly() {
        try {
            close();
        } catch (IOException _) {
            // See above.
        }
    }

    @Override
    public void close() throws IOException {
        if (owned) {
            channel.close();
        }
    }
}
