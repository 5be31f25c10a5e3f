package org.postrider.smtpd;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.Submissions;
import org.postrider.common.queue.RecordReader;

/** Takes messages and remembers what was accepted, as {@code letter payload} lines. */
final class FakeCleanup implements Submissions {
    private final List<String> accepted = new ArrayList<>();
    private int begun;
    private int cancelled;
    private boolean down;
    private int interruptAfter = Integer.MAX_VALUE;
    private CleanupStatus verdict = new CleanupStatus(CleanupStatus.OK, "", "");

    void verdict(int bits, String reason) {
        verdict = new CleanupStatus(bits, reason, "");
    }

    void down() {
        down = true;
    }

    /** Refuses, without reading on, once this many bytes have come. */
    void interruptAfter(int bytes) {
        interruptAfter = bytes;
    }

    List<String> accepted() {
        return accepted;
    }

    int cancelled() {
        return cancelled;
    }

    @Override
    public Submission begin(int flags) throws IOException {
        if (down) {
            throw new IOException("connect to public/cleanup: Connection refused");
        }
        begun++;
        return new Message("Q" + begun);
    }

    private final class Message implements Submission {
        private final String id;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean done;

        Message(String id) {
            this.id = id;
        }

        @Override
        public String queueId() {
            return id;
        }

        @Override
        public OutputStream records() {
            return bytes;
        }

        @Override
        public boolean interrupted() {
            return bytes.size() > interruptAfter;
        }

        @Override
        public CleanupStatus finish() throws IOException {
            done = true;
            if (verdict.succeeded()) {
                RecordReader reader = new RecordReader(new ByteArrayInputStream(bytes.toByteArray()));
                while (reader.next()) {
                    accepted.add((char) reader.type().letter() + " " + reader.text());
                }
            }
            return verdict;
        }

        @Override
        public void close() {
            if (!done) {
                cancelled++;
            }
            done = true;
        }
    }
}
