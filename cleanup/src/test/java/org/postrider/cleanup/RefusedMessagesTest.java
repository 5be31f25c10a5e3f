package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.testing.LogLines;

/** Messages that are not taken, for what they are or for what is wrong here: nothing of them stays. */
class RefusedMessagesTest extends CleanupFixture {
    @Test
    void refusesWhatIsTooMuch() throws IOException {
        rig.set("message_size_limit", "1000").set("hopcount_limit", "2").start();
        assertThat(rig.refusal("N" + "x".repeat(1000)).bits()).isEqualTo(CleanupStatus.SIZE);
        assertThat(rig.refusal("NReceived: x\nNReceived: x\nNReceived: x").bits()).isEqualTo(CleanupStatus.HOPS);
        assertThat(rig.send(0, CleanupRig.ENVELOPE + "M\nX\nE\n").bits()).isEqualTo(CleanupStatus.NO_RECIPIENTS);
        assertThat(rig.send(0, "Rjoe\nM\nX\nE\n").bits()).isEqualTo(CleanupStatus.BAD);
        assertThat(rig.files("incoming")).isEmpty();
        assertThat(rig.bounced).isEmpty();
    }

    @Test
    void tellsTheSenderWhereTheClientCannot() throws IOException {
        rig.set("message_size_limit", "1000").start();
        CleanupStatus status = rig.send(CleanupClient.BOUNCE,
                CleanupRig.ENVELOPE + "Rjoe@example.net\nM\nN" + "x".repeat(1000)
                        + "\nX\nE\n");
        assertThat(status.succeeded()).isTrue();
        assertThat(rig.files("incoming")).isEmpty();
        assertThat(rig.bounced).hasSize(2);
        assertThat(rig.bounced.getFirst().get("reason")).isEqualTo("message file too big");
    }

    @Test
    void whatTheDiskRefusesIsRefusedForNow() throws IOException {
        rig.startOnBadDisk();
        try (LogLines log = new LogLines("org.postrider.cleanup")) {
            assertThat(rig.refusal("N").bits()).isEqualTo(CleanupStatus.WRITE);
            assertThat(log.lines()).contains(rig.queueId + ": write queue file: Input/output error");
        }
        assertThat(rig.files("incoming")).isEmpty();
    }

    @Test
    void withoutAPlaceForFilesTheClientIsToldAtOnce() throws IOException {
        rig.start();
        Path incoming = directory.resolve("incoming");
        Files.deleteIfExists(incoming);
        Files.createFile(incoming);
        try (LogLines log = new LogLines("org.postrider.cleanup")) {
            assertThatThrownBy(() -> rig.refusal("N")).isInstanceOf(IOException.class);
            await().atMost(Duration.ofMinutes(1)).until(() -> !log.lines().isEmpty());
            assertThat(log.lines()).allMatch(line -> line.startsWith("can't create a queue file: " + directory)
                    && line.endsWith(": Not a directory"));
        }
    }

    @Test
    void brokenTablesDefer() throws IOException {
        rig.set("virtual_alias_maps", "texthash:/nonexistent").start();
        CleanupStatus status = rig.refusal("N");
        assertThat(status.temporary()).isTrue();
        assertThat(rig.files("incoming")).isEmpty();
    }

    @Test
    void clientsThatLeaveLeaveNothing() throws IOException {
        rig.start();
        try (CleanupClient.Message message = new CleanupClient(rig.harness.client("public/cleanup")).begin(0)) {
            assertThat(rig.files("incoming")).hasSize(1);
            assertThat(message.queueId()).isNotEmpty();
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> rig.files("incoming").isEmpty());
    }
}
