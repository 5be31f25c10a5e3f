package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room: clients are told to come back, what was accepted stays, and all goes on when there is room again. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class FullDiskTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path folder;

    private static String deliver(Instance instance) throws IOException {
        try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            String reply = client.command("MAIL FROM:<a@example.test>");
            return reply.startsWith("250") ? content(client) : reply;
        }
    }

    private static String content(SmtpClient client) throws IOException {
        SmtpClient.expect("250", client.command("RCPT TO:<" + USER + "@localhost>"));
        String reply = client.command("DATA");
        return reply.startsWith("354") ? client.command("Subject: x\r\n\r\n" + "text\r\n".repeat(2000) + ".") : reply;
    }

    @Test
    void lessThanQueueMinfreeRefuses() throws Exception {
        try (Instance instance = new Instance(folder).set("message_size_limit", "1000000")
                .set("queue_minfree", "1000000000000000").start()) {
            assertThat(deliver(instance)).isEqualTo("452 4.3.1 Insufficient system storage");
            instance.awaitLog("warning: not enough free space in mail queue: ");
            instance.set("queue_minfree", "0").configure();
            instance.reload();
            instance.await("accepted after the reload", () -> deliver(instance).startsWith("250"));
            instance.awaitEmptyQueue();
        }
    }

    @Test
    void nothingIsLostWhenTheDiskIsFull() throws Exception {
        assumeTrue(Instance.canMount(), "SKIPPED, CANNOT MOUNT: a full disk was not tried");
        try (Instance instance = new Instance(folder).set("message_size_limit", "1000000")
                .set("queue_run_delay", "2s").set("minimal_backoff_time", "2s").set("maximal_backoff_time", "2s")
                .startWithSmallQueue("24m")) {
            assertThat(deliver(instance)).startsWith("250");
            instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == 1);
            Path filler = instance.queueSeenByMaster().resolve("filler");
            try (SmtpClient early = new SmtpClient(instance.smtpPort())) {
                SmtpClient.expect("220", early.reply());
                SmtpClient.expect("250", early.command("EHLO client.example.test"));
                SmtpClient.expect("250", early.command("MAIL FROM:<a@example.test>"));
                fill(filler);
                assertThat(deliver(instance)).isEqualTo("452 4.3.1 Insufficient system storage");
                // This one came before; now its message can't be written.
                assertThat(content(early)).startsWith("4");
            }
            assertThat(deliver(instance)).startsWith("452");
            Files.delete(filler);
            instance.await("accepted when there is room", () -> deliver(instance).startsWith("250"));
            instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == 2);
            assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure", "status=bounced");
        }
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }
}
