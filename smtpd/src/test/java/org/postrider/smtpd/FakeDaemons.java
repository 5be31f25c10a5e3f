package org.postrider.smtpd;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** trivial-rewrite and cleanup, played on their sockets: every address is local, every message is counted and forgotten. */
final class FakeDaemons {
    /** More of each message than its envelope and header in any test; one test sends more than would fit into the memory. */
    private static final int MOST_RECORDS = 100;

    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final List<String> records = new CopyOnWriteArrayList<>();

    FakeDaemons(DaemonHarness harness) {
        harness.fake("private/rewrite", FakeDaemons::rewrite);
        harness.fake("public/cleanup", this::cleanup);
    }

    /** {@code flags N} for each message, then its first records with their letters. */
    List<String> records() {
        return records;
    }

    /** Complete messages that came. */
    int messages() {
        return messages.get();
    }

    /** Messages that were given up before their end. */
    int abandoned() {
        return abandoned.get();
    }

    private static void rewrite(Connection connection) throws IOException {
        for (var request = Attributes.readIfAny(connection.in()); request.isPresent(); request = Attributes
                .readIfAny(connection.in())) {
            String address = request.get().get("address");
            Attributes answer = request.get().get("request").equals("rewrite")
                    ? RewriteRequest.answer(address)
                    : new ResolveAnswer("local", "x", address, ResolveAnswer.CLASS_LOCAL).toAttributes();
            answer.write(connection.out());
            connection.out().flush();
        }
    }

    private void cleanup(Connection connection) throws IOException {
        int count = 0;
        for (var first = Attributes.readIfAny(connection.in()); first.isPresent(); first = Attributes
                .readIfAny(connection.in())) {
            records.add("flags " + first.get().get("flags"));
            String id = "F" + connection.hashCode() + "N" + count++;
            new Attributes().put("queue_id", id).write(connection.out());
            connection.out().flush();
            if (!receive(connection)) {
                abandoned.incrementAndGet();
                return;
            }
            messages.incrementAndGet();
            new CleanupStatus(CleanupStatus.OK, "", id).toAttributes().write(connection.out());
            connection.out().flush();
        }
    }

    /** False for a message without its end. */
    private boolean receive(Connection connection) {
        RecordReader reader = new RecordReader(connection.in());
        try {
            boolean complete = false;
            for (int kept = 0; !complete && reader.next(); kept++) {
                if (kept < MOST_RECORDS) {
                    records.add((char) reader.type().letter() + reader.text());
                }
                complete = reader.type() == RecordType.END;
            }
            return complete;
        } catch (IOException _) {
            return false;
        }
    }
}
