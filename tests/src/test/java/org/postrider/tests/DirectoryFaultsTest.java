package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Directories of the queue that are missing, or not mail_owner's: each is told, nothing is lost, and all goes on when they are back. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class DirectoryFaultsTest {
    private static final String HERE = "daemon@localhost";
    private static final String LATER = "daemon@later.test";
    private static final String NOWHERE = "nobody@reject.test";

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        Prerequisites.rootMode(DirectoryFaultsTest.class);
    }

    private static String deliver(Instance instance, String recipient) throws IOException {
        try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<daemon@localhost>"));
            String reply = client.command("RCPT TO:<" + recipient + ">");
            if (!reply.startsWith("250")) {
                return reply;
            }
            SmtpClient.expect("354", client.command("DATA"));
            return client.command("Subject: x\r\n\r\nend\r\n.");
        }
    }

    private static int owner(Path directory, int uid) throws IOException {
        int before = (Integer) Files.getAttribute(directory, "unix:uid");
        Files.setAttribute(directory, "unix:uid", uid);
        return before;
    }

    private static int arrived(Instance instance) {
        return instance.messages(instance.maildir("daemon")).size();
    }

    @Test
    void eachIsToldAndCostsNoMail() throws Exception {
        try (Instance instance = Instance.asRoot(folder).set("queue_run_delay", "1s").set("minimal_backoff_time", "1s")
                .set("maximal_backoff_time", "1s").set("service_throttle_time", "1s")
                .set("transport_maps", "inline:{{later.test=retry:4.0.0 later}, {reject.test=error:5.0.0 never}}")) {
            instance.start();
            instance.stop();
            Path queue = instance.queue();
            Path journal = queue.resolve("journal");
            int ours = owner(journal, 0);
            instance.startAgain();
            assertThat(deliver(instance, HERE)).isEqualTo("451 4.3.0 Error: queue file write error");
            instance.awaitLog("fatal: open the queue's journal: " + journal + "/lane.0: Permission denied");
            owner(journal, ours);
            instance.await("taken in once the journal is ours", () -> deliver(instance, HERE).startsWith("250"));
            instance.await("delivered", () -> arrived(instance) == 1);

            Path incoming = queue.resolve("incoming");
            Path away = Files.move(incoming, queue.resolve("away"));
            assertThat(deliver(instance, HERE)).isEqualTo("451 4.3.0 Error: queue file write error");
            instance.awaitLog("error: can't create a queue file: " + incoming + ": Permission denied");
            Files.move(away, incoming);
            owner(incoming, 0);
            assertThat(deliver(instance, HERE)).isEqualTo("451 4.3.0 Error: queue file write error");
            instance.awaitLog("error: can't create a queue file: " + incoming + "/");
            owner(incoming, ours);
            assertThat(deliver(instance, HERE)).startsWith("250");
            instance.await("delivered", () -> arrived(instance) == 2);

            Path active = queue.resolve("active");
            owner(active, 0);
            assertThat(deliver(instance, HERE)).startsWith("250");
            instance.awaitLog(": can't open queue file: Permission denied");
            owner(active, ours);
            instance.await("delivered", () -> arrived(instance) == 3);

            Path bounce = queue.resolve("bounce");
            owner(bounce, 0);
            assertThat(deliver(instance, NOWHERE)).startsWith("250");
            instance.awaitLog("bounce service failure");
            instance.await("kept for later", () -> instance.queued("deferred").size() == 1);
            owner(bounce, ours);
            instance.await("returned", () -> arrived(instance) == 4);

            Path deferred = queue.resolve("deferred");
            owner(deferred, 0);
            assertThat(deliver(instance, LATER)).startsWith("250");
            instance.awaitLog(": can't defer message: Permission denied");
            assertThat(instance.queued("active")).hasSize(1);
            owner(deferred, ours);
            instance.stop();
            instance.set("transport_maps", "").set("mydestination", "localhost, later.test").startAgain();
            instance.await("delivered", () -> arrived(instance) == 5);
            assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure");
        }
    }
}
