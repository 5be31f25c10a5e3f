package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Directories of the queue that are missing or locked when the system is started, as root starts it. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class DirectoriesAtStartTest {
    private static final String USER = "daemon";
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    @TempDir
    Path folder;

    private Instance instance;

    @BeforeAll
    static void needs() throws IOException {
        Prerequisites.rootMode(DirectoriesAtStartTest.class);
    }

    @BeforeEach
    void configure() throws IOException {
        instance = Instance.asRoot(folder).set("service_throttle_time", "1s")
                .set("smtpd_reject_unlisted_recipient", "no").set("queue_run_delay", "2s")
                .set("minimal_backoff_time", "2s").set("maximal_backoff_time", "2s")
                .set("transport_maps", "inline:{ {late.test=retry:4.0.0 later} }");
    }

    @AfterEach
    void close() {
        instance.close();
    }

    private String send(String recipient) throws IOException {
        return SmtpClient.converse(instance.smtpPort(), "EHLO client.example.test", "MAIL FROM:<a@example.test>",
                "RCPT TO:<" + recipient + ">", "DATA", "Subject: x\r\n\r\nx\r\n.");
    }

    private void awaitArrivals(int count) {
        instance.await(count + " arrive", () -> instance.messages(instance.maildir(USER)).size() == count);
    }

    /** Owner, group and mode of each directory. */
    private Map<String, String> directories() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(instance.queue())) {
            for (Path one : all.filter(Files::isDirectory).toList()) {
                found.put(one.getFileName().toString(), Files.readAttributes(one, "unix:uid,gid,mode").toString());
            }
        }
        return found;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void lock(String... names) throws IOException {
        for (String name : names) {
            Files.setPosixFilePermissions(instance.queue().resolve(name), Set.of());
        }
    }

    private void unlock(String... names) throws IOException {
        for (String name : names) {
            Files.setPosixFilePermissions(instance.queue().resolve(name), OWN);
        }
    }

    @Test
    void whatIsMissingIsMadeAndWhatIsLockedIsToldAndWaitedFor() throws Exception {
        instance.start();
        assertThat(send("x@late.test")).startsWith("250 ");
        instance.await("it waits", () -> instance.queued("deferred").size() == 1);
        Map<String, String> before = directories();
        assertThat(before).containsKeys("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold",
                "incoming", "journal", "maildrop", "pid", "private", "public", "saved", "trace");
        instance.stop();
        for (String name : before.keySet()) {
            if (!name.equals("deferred")) {
                delete(instance.queue().resolve(name));
            }
        }
        instance.startAgain();
        assertThat(directories()).isEqualTo(before);
        assertThat(send(USER + "@localhost")).startsWith("250 ");
        awaitArrivals(1);
        instance.stop();

        // Whether mail is in the journal nobody can tell: the system stays down, and says why.
        Path queue = instance.queue();
        lock("journal");
        assertThatThrownBy(instance::startAgain).hasMessageContaining(
                "can't replay the journal of the queue, mail in it would be lost: " + queue.resolve("journal/restored")
                        + ": Permission denied");
        unlock("journal");

        lock("active", "deferred");
        instance.startAgain();
        assertThat(send(USER + "@localhost")).startsWith("250 ");
        instance.awaitLog(queue.resolve("active") + ": Permission denied");
        unlock("active");
        instance.awaitLog("can't scan queue deferred: " + queue.resolve("deferred") + ": Permission denied");
        unlock("deferred");
        awaitArrivals(2);
        instance.await("it waits again", () -> instance.queued("deferred").size() == 1);

        // A cleanup that is started without a journal can't begin; the one before it goes on.
        Path aside = Files.move(queue.resolve("journal"), folder.resolve("aside"));
        instance.reload();
        instance.awaitLog(queue.resolve("journal").toString() + '/');
        Files.move(aside, queue.resolve("journal"));
        instance.await("accepted", () -> send(USER + "@localhost").startsWith("250 "));
        assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure");
    }
}
