package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.ipc.VerifyRequest.Answer;
import org.postrider.common.ipc.VerifyRequest.Status;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** The service on real sockets, with a cleanup that the test plays. */
class VerifyServiceTest {
    @TempDir
    private Path root;

    private final List<String> records = Collections.synchronizedList(new ArrayList<>());
    private volatile int flags;
    private volatile int cleanupStatus = CleanupStatus.OK;

    private void cleanup(Connection connection) throws IOException {
        for (var list = Attributes.readIfAny(connection.in()); list.isPresent(); list = Attributes
                .readIfAny(connection.in())) {
            flags = list.get().integer("flags", 0);
            new Attributes().put("queue_id", "4PROBE").write(connection.out());
            connection.out().flush();
            RecordReader reader = new RecordReader(connection.in());
            while (reader.next() && reader.type() != RecordType.END) {
                records.add((char) reader.type().letter() + reader.text());
            }
            new CleanupStatus(cleanupStatus, "", "4PROBE").toAttributes().write(connection.out());
            connection.out().flush();
        }
    }

    private Service open(DaemonHarness harness) {
        harness.fake("public/cleanup", this::cleanup);
        harness.set("myorigin", "example.com").set("data_directory", root.toString());
        Service service = new Services().open(harness.context("verify", "verify", "unix"), Optional.empty());
        harness.fake("private/verify", service::converse);
        return service;
    }

    private static Answer ask(ServiceClient client, VerifyRequest request) throws IOException {
        return Answer.fromAttributes(client.call(request.toAttributes()));
    }

    @Test
    void anUnknownAddressIsProbedAndTheAnswerIsKept() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root); ServiceClient client = harness.client("private/verify")) {
            Service service = open(harness);
            VerifyRequest query = new VerifyRequest.Query("Joe@Other.example");
            assertThat(ask(client, query).status()).isEqualTo(Status.PENDING);
            assertThat(ask(client, query).status()).isEqualTo(Status.PENDING);
            assertThat(records).containsOnlyOnce("Sdouble-bounce@example.com", "Atrace_flags=256",
                    "OJoe@Other.example", "RJoe@Other.example");
            assertThat(flags & (CleanupClient.NO_FILE | CleanupClient.FILTER | CleanupClient.MAP))
                    .isEqualTo(CleanupClient.NO_FILE | CleanupClient.MAP);
            VerifyRequest update = new VerifyRequest.Update("joe@other.example", Status.UNDELIVERABLE, "550 no");
            assertThat(ask(client, update)).isEqualTo(new Answer(Status.UNDELIVERABLE, "550 no"));
            assertThat(ask(client, query)).isEqualTo(new Answer(Status.UNDELIVERABLE, "550 no"));
            service.retire();
            assertThat(root.resolve("verify_cache.cache")).content().contains("joe@other.example\t2:0:");
        }
    }

    @Test
    void aProbeThatCleanupDoesNotTakeIsSentAgain() throws IOException {
        cleanupStatus = CleanupStatus.WRITE;
        try (DaemonHarness harness = new DaemonHarness(root); ServiceClient client = harness.client("private/verify")) {
            Service _ = open(harness.set("address_verify_map", "").set("address_verify_sender_ttl", "1h"));
            VerifyRequest query = new VerifyRequest.Query("a@b");
            assertThat(ask(client, query).status()).isEqualTo(Status.PENDING);
            assertThat(ask(client, query).status()).isEqualTo(Status.PENDING);
            assertThat(records).filteredOn("Ra@b"::equals).hasSize(2);
            assertThat(records).anyMatch(record -> record.matches("Sdouble-bounce[A-Z]{4}@example.com"));
        }
    }
}
