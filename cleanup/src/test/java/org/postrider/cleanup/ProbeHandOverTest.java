package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.testing.LogLines;
import org.postrider.common.wire.Connection;

/** Address probes go to a queue manager that the test plays; no file is made for them. */
class ProbeHandOverTest {
    private static final int PROBE = CleanupClient.INTERNAL | CleanupClient.NO_FILE;
    private static final String ENVELOPE = """
            T1795242026 970538
            Alog_message_origin=local
            Arewrite_context=local
            Atrace_flags=256
            Sdouble-bounce
            """;
    private static final String CONTENT = """
            M
            NSubject: address probe
            X
            E
            """;

    @TempDir
    Path directory;

    private final List<AddressProbe> probes = new CopyOnWriteArrayList<>();
    private final List<Attributes> verified = new CopyOnWriteArrayList<>();
    private volatile boolean room = true;
    private CleanupRig rig;

    @BeforeEach
    void rig() throws IOException {
        rig = new CleanupRig(directory).table("virtual_alias_maps", "texthash",
                "joe@mail.example.com jane@other.example\nlist@mail.example.com a@b c@d\n");
        rig.harness.fake("private/verify", this::verify);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private void verify(Connection connection) throws IOException {
        for (Optional<Attributes> request = Attributes.readIfAny(connection.in()); request
                .isPresent(); request = Attributes.readIfAny(connection.in())) {
            verified.add(request.get());
            new Attributes().put("status", 0).write(connection.out());
            connection.out().flush();
        }
    }

    private void queueManager(Connection connection) throws IOException {
        while (connection.in().read() == Trigger.PROBE) {
            probes.add(AddressProbe.fromAttributes(Attributes.read(connection.in())));
            AddressProbe.answer(room).write(connection.out());
            connection.out().flush();
        }
    }

    @Test
    void theAddressIsRewrittenAsForAnyMessageAndNoFileIsMade() throws IOException {
        rig.harness.fake("public/qmgr", this::queueManager);
        rig.start();
        assertThat(rig.send(PROBE, ENVELOPE + "Ojoe\nRjoe\n" + CONTENT))
                .isEqualTo(new CleanupStatus(0, "", rig.queueId));
        String first = rig.queueId;
        rig.send(PROBE, ENVELOPE + "Ojoe\nRjoe\n" + CONTENT);
        assertThat(probes).hasSize(2);
        assertThat(probes.getFirst()).isEqualTo(new AddressProbe(first, CleanupRig.TIME.truncatedTo(ChronoUnit.MICROS),
                probes.getFirst().size(), 0, "double-bounce@mail.example.com",
                new Recipient(-1, "jane@other.example", "joe", "rfc822;joe@mail.example.com", 0)));
        assertThat(probes.getFirst().size()).isGreaterThan("Subject: address probe".length());
        assertThat(probes).extracting(AddressProbe::queueId).doesNotHaveDuplicates();
        assertThat(rig.files("incoming")).isEmpty();
        assertThat(verified).isEmpty();
    }

    @Test
    void aListIsAnsweredHere() throws IOException {
        rig.harness.fake("public/qmgr", this::queueManager);
        rig.start();
        assertThat(rig.send(PROBE, ENVELOPE + "Olist\nRlist\n" + CONTENT).succeeded()).isTrue();
        assertThat(probes).isEmpty();
        assertThat(verified).containsExactly(new VerifyRequest.Update("list", VerifyRequest.Status.DELIVERABLE,
                "aliased to multiple recipients").toAttributes());
    }

    @Test
    void whereThereIsNoRoomTheAddressCountsAsOneThatFailed() throws IOException {
        room = false;
        rig.harness.fake("public/qmgr", this::queueManager);
        rig.start();
        try (LogLines log = new LogLines("org.postrider")) {
            assertThat(rig.send(PROBE, ENVELOPE + "Ojoe\nRjoe\n" + CONTENT).succeeded()).isTrue();
            assertThat(log.lines()).contains(rig.queueId + ": to=<jane@other.example>, relay=none, delay=0, "
                    + "delays=0/0/0/0, dsn=4.3.2, status=undeliverable (Too many address verification requests)");
        }
        assertThat(verified).extracting(list -> list.get("address", "")).containsExactlyInAnyOrder("joe",
                "jane@other.example");
        assertThat(verified).extracting(list -> list.get("recipient_status", "")).containsOnly("1");
    }

    @Test
    void withoutAQueueManagerItIsNotTaken() throws IOException {
        rig.start();
        CleanupStatus status = rig.send(PROBE, ENVELOPE + "Ojoe\nRjoe\n" + CONTENT);
        assertThat(status.bits()).isEqualTo(CleanupStatus.DEFER);
        assertThat(verified).isEmpty();
    }

    @Test
    void mailAndWhatAUserWantsToKnowIsNothingForMemory() throws IOException {
        rig.harness.fake("public/qmgr", this::queueManager);
        rig.start();
        for (String flags : new String[]{"0", "512", "768"}) {
            CleanupStatus status = rig.send(PROBE, ENVELOPE.replace("=256", "=" + flags) + "Rjoe\n" + CONTENT);
            assertThat(status.bits()).isEqualTo(CleanupStatus.BAD);
        }
        CleanupStatus two = rig.send(PROBE, ENVELOPE + "Rjoe\nRjane\n" + CONTENT);
        assertThat(two.bits()).isEqualTo(CleanupStatus.BAD);
        assertThat(probes).isEmpty();
    }
}
