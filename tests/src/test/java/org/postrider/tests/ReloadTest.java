package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Reloads under load: nobody is refused, nobody is told to come back, and the new configuration holds. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ReloadTest {
    private static final int RELOADS = 10;
    private static final int CLIENTS = 4;

    private final ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicBoolean done = new AtomicBoolean();

    @TempDir
    Path folder;

    @Test
    void noConnectionIsRefusedOrDropped() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> load(instance.smtpPort())));
            }
            for (int i = 1; i <= RELOADS; i++) {
                int before = accepted.get();
                instance.set("smtpd_banner", "$myhostname ESMTP generation " + i).configure();
                instance.reload();
                long reloads = i;
                instance.await("reloaded", () -> instance.count("reload -- version") >= reloads);
                instance.await("what has changed is said",
                        () -> instance.count("reload: main.cf: " + (reloads == 1 ? "added" : "changed")
                                + ": smtpd_banner") == Math.max(1, reloads - 1));
                instance.await("mail goes on", () -> accepted.get() > before + 20 || !troubles.isEmpty());
            }
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(troubles).isEmpty();
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                assertThat(client.reply()).endsWith("generation " + RELOADS);
            }
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(System.getProperty("user.name")))).hasSize(accepted.get());
        }
    }

    @Test
    void aConversationOutlivesAReload() throws Exception {
        try (Instance instance = new Instance(folder).start();
                SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            instance.reload();
            instance.awaitLog("reload -- version");
            SmtpClient.expect("250", client.command("EHLO x.example.test"));
            assertThat(
                    client.deliver("a@example.test", System.getProperty("user.name") + "@localhost", "Subject: x\n\ny"))
                    .startsWith("250 2.0.0 Ok: queued as");
        }
    }

    private void load(int port) {
        while (!done.get()) {
            try {
                String reply = SmtpClient.deliver(port, "a@example.test",
                        System.getProperty("user.name") + "@localhost",
                        "Subject: x\n\ny");
                if (reply.startsWith("250")) {
                    accepted.incrementAndGet();
                } else {
                    troubles.add(reply);
                }
            } catch (IOException e) {
                troubles.add(e.toString());
            }
        }
    }
}
