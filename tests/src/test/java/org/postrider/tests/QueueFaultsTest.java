package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A queue that somebody has meddled with, as root runs it: each thing is told, nothing of it is lost, and all other mail goes on. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class QueueFaultsTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        Prerequisites.rootMode(QueueFaultsTest.class);
    }

    private static Path waiting(Instance instance) throws IOException {
        List<Path> before = instance.queued("deferred");
        assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", "daemon@localhost", "Subject: x\n\nend"))
                .startsWith("250");
        instance.await("deferred", () -> instance.queued("deferred").size() == before.size() + 1);
        return instance.queued("deferred").stream().filter(file -> !before.contains(file)).findFirst().orElseThrow();
    }

    @Test
    void whatIsNotOursIsToldAndTheRestDelivered() throws Exception {
        Instance instance = Instance.asRoot(folder).set("defer_transports", "local").set("queue_run_delay", "2s")
                .set("minimal_backoff_time", "2s").set("maximal_backoff_time", "2s");
        try (instance) {
            instance.start();
            Path foreign = waiting(instance);
            Path future = waiting(instance);
            Path twin = waiting(instance);
            instance.stop();
            Files.setAttribute(foreign, "unix:uid", 0);
            Files.setLastModifiedTime(foreign, FileTime.from(Instant.EPOCH));
            Files.setLastModifiedTime(future, FileTime.from(Instant.now().plus(Duration.ofDays(9000))));
            Files.createLink(twin.resolveSibling("0000A1"), twin);
            Path incoming = instance.queue().resolve("incoming");
            Path aside = Files.writeString(folder.resolve("aside"), "aside");
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path link = Files.createSymbolicLink(incoming.resolve("0000A2"), aside);
            Path locked = Files.createDirectories(instance.queue().resolve("deferred/Z"));
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
            for (String unused : List.of("corrupt", "trace", "hold")) {
                Files.delete(instance.queue().resolve(unused));
            }

            instance.set("defer_transports", "").startAgain();
            instance.await("the two others arrive", () -> instance.messages(instance.maildir("daemon")).size() == 2);
            instance.awaitLog(foreign.getFileName() + ": can't open queue file: Permission denied");
            instance.awaitLog("0000A2: not a regular file, left alone in queue incoming");
            instance.awaitLog("queue deferred: " + locked + ": Permission denied");
            assertThat(aside).hasContent("aside");
            assertThat(link).isSymbolicLink();
            assertThat(foreign).exists();
            Files.setAttribute(foreign, "unix:uid", Files.getAttribute(twin.getParent(), "unix:uid"));
            instance.await("the third arrives once it is ours",
                    () -> instance.messages(instance.maildir("daemon")).size() == 3);
            assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure", "status=bounced");
        }
    }
}
