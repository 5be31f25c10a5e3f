package org.postrider.common.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageFile;

/** A queued message whose content is a string; remembers which recipients were marked done. */
public final class TextMessage implements MessageFile {
    private final String text;
    private final Set<Long> done = new TreeSet<>();
    private boolean broken;

    public TextMessage(String text) {
        this.text = text;
    }

    /** Makes reading fail after the first line. */
    public TextMessage broken() {
        broken = true;
        return this;
    }

    /** The offsets that were marked. */
    public Set<Long> done() {
        return done;
    }

    @Override
    public MessageContent content() {
        return new Cursor();
    }

    @Override
    public synchronized void markDone(long offset) {
        done.add(offset);
    }

    @Override
    public void close() {}

    private final class Cursor implements MessageContent {
        private final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        private int start;
        private int end = -1;

        @Override
        public boolean next() throws IOException {
            start = end + 1;
            if (start >= bytes.length) {
                return false;
            }
            if (broken && start > 0) {
                throw new IOException("Input/output error");
            }
            end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            return true;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int offset() {
            return start;
        }

        @Override
        public int length() {
            return end - start;
        }

        @Override
        public boolean endsLine() {
            return end < bytes.length;
        }

        @Override
        public void close() {}
    }
}
