package org.postrider.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** The program on real sockets, with a cleanup that the test plays. */
class BounceTest {
    @TempDir
    private Path root;

    private final List<String> records = Collections.synchronizedList(new ArrayList<>());

    private void cleanup(Connection connection, int status) throws IOException {
        while (true) {
            Optional<Attributes> begin = Attributes.readIfAny(connection.in());
            if (begin.isEmpty()) {
                return;
            }
            new Attributes().put("queue_id", "4NEW").write(connection.out());
            connection.out().flush();
            RecordReader reader = new RecordReader(connection.in());
            while (reader.next()) {
                records.add((char) reader.type().letter() + reader.text());
                if (reader.type() == RecordType.END) {
                    break;
                }
            }
            new CleanupStatus(status, "", "4NEW").toAttributes().write(connection.out());
            connection.out().flush();
        }
    }

    private static BounceRequest request(BounceRequest.Operation operation) {
        BounceRequest.Message message = new BounceRequest.Message(0, "active", SampleQueue.ID.text(), "7bit", 0,
                "joe@example.com", "", 0, "");
        BounceRequest.Entry entry = new BounceRequest.Entry(new Recipient(-1, "ann@example.net", "", "", 0), "none",
                "5.1.1", "failed", "", "", "", "", "unknown user: \"ann\"");
        return new BounceRequest(operation, message, Optional.of(entry));
    }

    private static int ask(DaemonHarness harness, String socket, BounceRequest.Operation operation) throws IOException {
        try (var client = harness.client(socket)) {
            return client.call(request(operation).toAttributes()).integer("status", -1);
        }
    }

    @Test
    void appendAndFlush() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            new SampleQueue(root).put("joe@example.com", "Subject: s", "", "body");
            harness.set("myorigin", "example.com").set("notify_classes", "");
            harness.fake("public/cleanup", connection -> cleanup(connection, CleanupStatus.OK));
            harness.start(new Bounce(), "bounce", "private/bounce");
            assertThat(ask(harness, "private/bounce", BounceRequest.Operation.APPEND)).isZero();
            assertThat(root.resolve("bounce").resolve(SampleQueue.ID.text())).exists();
            assertThat(ask(harness, "private/bounce", BounceRequest.Operation.FLUSH)).isZero();
            assertThat(root.resolve("bounce").resolve(SampleQueue.ID.text())).doesNotExist();
        }
        assertThat(records).contains("S", "Rjoe@example.com", "M", "NTo: joe@example.com", "NSubject: s", "Nbody", "X");
        assertThat(records)
                .anySatisfy(line -> assertThat(line).startsWith("NReceived: by mail.example.com (Postrider)"));
        assertThat(records.getLast()).isEqualTo("E");
    }

    @Test
    void deferHasItsOwnLogAndSaysWhenCleanupFails() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            new SampleQueue(root).put("joe@example.com", "Subject: s", "", "body");
            harness.set("myorigin", "example.com");
            harness.fake("public/cleanup", connection -> cleanup(connection, CleanupStatus.WRITE));
            harness.start(new Bounce(), "defer", "private/defer");
            assertThat(ask(harness, "private/defer", BounceRequest.Operation.APPEND)).isZero();
            assertThat(ask(harness, "private/defer", BounceRequest.Operation.WARN)).isEqualTo(1);
            assertThat(root.resolve("defer/3").resolve(SampleQueue.ID.text())).exists();
        }
    }

    @Test
    void deferTellsFlushWhatWaitsForAnEligibleSite() throws IOException {
        List<Attributes> told = Collections.synchronizedList(new ArrayList<>());
        try (DaemonHarness harness = new DaemonHarness(root)) {
            harness.fake("public/flush", connection -> {
                told.add(Attributes.read(connection.in()));
                FlushRequest.answer(FlushRequest.Status.OK).write(connection.out());
                connection.out().flush();
            });
            harness.set("myorigin", "example.com").set("fast_flush_domains", "other.test");
            harness.start(new Bounce(), "defer", "private/defer");
            assertThat(ask(harness, "private/defer", BounceRequest.Operation.APPEND)).isZero();
            assertThat(told).isEmpty();
            harness.set("fast_flush_domains", "example.net");
            harness.start(new Bounce(), "bounce", "private/bounce");
            assertThat(ask(harness, "private/bounce", BounceRequest.Operation.APPEND)).isZero();
            assertThat(told).isEmpty();
            harness.start(new Bounce(), "defer", "private/defer2");
            assertThat(ask(harness, "private/defer2", BounceRequest.Operation.APPEND)).isZero();
            assertThat(told).containsExactly(FlushRequest.add("example.net", SampleQueue.ID.text()).toAttributes());
        }
    }

    @Test
    void aFlushServiceThatIsAwayDoesNotKeepARecipientFromBeingDeferred() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            harness.set("myorigin", "example.com").set("fast_flush_domains", "example.net");
            harness.start(new Bounce(), "defer", "private/defer");
            assertThat(ask(harness, "private/defer", BounceRequest.Operation.APPEND)).isZero();
        }
    }
}
