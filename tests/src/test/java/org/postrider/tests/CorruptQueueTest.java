package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no messages, in every queue: each ends in corrupt with a line in the log, and the mail beside it is delivered. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class CorruptQueueTest {
    private static final String USER = System.getProperty("user.name");
    private static final String MARK = "the line in the middle";

    @TempDir
    Path folder;

    /** Accepts a message and waits until it lies in deferred, as nothing delivers to users yet. */
    private static Path waiting(Instance instance) throws IOException {
        List<Path> before = instance.queued("deferred");
        assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", USER + "@localhost",
                "Subject: x\n\n" + MARK + "\nend")).startsWith("250");
        instance.await("deferred", () -> instance.queued("deferred").size() == before.size() + 1);
        return instance.queued("deferred").stream().filter(file -> !before.contains(file)).findFirst().orElseThrow();
    }

    private static byte[] cut(byte[] message) {
        return Arrays.copyOf(message, message.length - 30);
    }

    private static byte[] letterOf(byte[] message, String payload, char letter) {
        byte[] changed = message.clone();
        int at = new String(message, StandardCharsets.ISO_8859_1).indexOf(payload);
        changed[at - 2] = (byte) letter;
        return changed;
    }

    @Test
    void corruptFilesAreSetAsideAndTheOthersDelivered() throws Exception {
        try (Instance instance = new Instance(folder).set("defer_transports", "local").set("queue_run_delay", "2s")
                .set("minimal_backoff_time", "2s").set("maximal_backoff_time", "2s").start()) {
            byte[] whole = Files.readAllBytes(waiting(instance));
            Path good = waiting(instance);
            Path bodyLetter = waiting(instance);
            Path bodyRecord = waiting(instance);
            instance.stop();

            Files.write(bodyLetter, letterOf(Files.readAllBytes(bodyLetter), MARK, 'R'));
            Files.write(bodyRecord, letterOf(Files.readAllBytes(bodyRecord), MARK, '?'));
            String sender = "a@example.test";
            Map<String, byte[]> kinds = Map.of("0000A1", new byte[0], "0000A2", new byte[5000], "0000A3", cut(whole),
                    "0000A4", letterOf(whole, sender, '!'), "0000A5", letterOf(whole, sender, 'F'), "0000A6",
                    "From: no queue file\n\n".getBytes(StandardCharsets.ISO_8859_1));
            int number = 0;
            for (String queue : List.of("incoming", "active", "deferred")) {
                for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
                    Path top = instance.queue().resolve(queue);
                    Path file = top.resolve(kind.getKey().replace('A', (char) ('A' + number)));
                    Files.write(file, kind.getValue());
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                }
                number++;
            }

            instance.set("defer_transports", "").startAgain();
            assertThat(
                    SmtpClient.deliver(instance.smtpPort(), "a@example.test", USER + "@localhost", "Subject: y\n\ny"))
                    .startsWith("250");
            instance.await("the good ones arrive", () -> instance.messages(instance.maildir(USER)).size() == 3);
            instance.await("the others are set aside",
                    () -> instance.queued("corrupt").size() == 3 * kinds.size() + 2);
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(USER))).hasSize(3);
            assertThat(instance.queued("corrupt")).doesNotContain(good);
            String log = instance.logText();
            for (Path file : instance.queued("corrupt")) {
                assertThat(log).contains("warning: saving corrupt file \"" + file.getFileName()
                        + "\" from queue \"active\" to queue \"corrupt\"");
            }
            assertThat(log).contains("warning: corrupted queue file: active/" + bodyLetter.getFileName(),
                    "warning: bad record type: 82 in message content",
                    "warning: corrupted queue file: active/" + bodyRecord.getFileName())
                    .doesNotContain("status=bounced", "panic:", "unexpected failure");
        }
    }
}
