package org.postrider.smtpd;

import java.io.IOException;
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
    private final AtomicInteger messages = new AtomicInteger();

    FakeDaemons(DaemonHarness harness) {
        harness.fake("private/rewrite", FakeDaemons::rewrite);
        harness.fake("public/cleanup", this::cleanup);
    }

    /** Complete messages that came. */
    int messages() {
        return messages.get();
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
        while (Attributes.readIfAny(connection.in()).isPresent()) {
            String id = "F" + connection.hashCode() + "N" + count++;
            new Attributes().put("queue_id", id).write(connection.out());
            connection.out().flush();
            RecordReader reader = new RecordReader(connection.in());
            while (reader.next() && reader.type() != RecordType.END) {
                // Only the end matters.
            }
            messages.incrementAndGet();
            new CleanupStatus(CleanupStatus.OK, "", id).toAttributes().write(connection.out());
            connection.out().flush();
        }
    }
}
