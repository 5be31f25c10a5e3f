package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of administrators: each is told in Postfix's words, mail goes on where it can, and nothing is lost. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class WrongConfigurationTest {
    private static final String USER = System.getProperty("user.name");
    private static final int RELOADS = 8;
    private static final int CLIENTS = 6;

    @TempDir
    Path folder;

    private static String deliver(Instance instance) throws IOException {
        return SmtpClient.deliver(instance.smtpPort(), "a@example.test", USER + "@localhost", "Subject: x\n\ny");
    }

    private static String recipient(Instance instance) throws IOException {
        try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            return client.command("RCPT TO:<" + USER + "@localhost>");
        }
    }

    /** The words were compared with Postfix 3.7.11. */
    @Test
    void wrongValuesAreFatalAndThePreviousOnesHold() throws Exception {
        Map<String, String> wrong = Map.of("smtpd_recipient_limit = abc",
                "fatal: bad numerical configuration: smtpd_recipient_limit = abc", "queue_run_delay = 5q",
                "fatal: parameter queue_run_delay: bad time value or unit: 5q", "smtpd_helo_required = maybe",
                "fatal: bad boolean configuration: smtpd_helo_required = maybe");
        try (Instance instance = new Instance(folder).start()) {
            assertThat(deliver(instance)).startsWith("250");
            for (Map.Entry<String, String> one : wrong.entrySet()) {
                instance.configure();
                addLine(instance, one.getKey());
                instance.reload();
                instance.awaitLog(one.getValue());
                assertThat(deliver(instance)).startsWith("250");
            }
            instance.configure();
            instance.reload();
            assertThat(deliver(instance)).startsWith("250");
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(USER))).hasSize(5);
        }
    }

    @Test
    void aRestrictionThatIsNoneIsAServerError() throws Exception {
        try (Instance instance = new Instance(folder)
                .set("smtpd_client_restrictions", "no_such_restriction").start()) {
            assertThat(recipient(instance)).isEqualTo("451 4.3.5 Server configuration error");
            instance.awaitLog("warning: unknown smtpd restriction: \"no_such_restriction\"");
            instance.set("smtpd_client_restrictions", "").configure();
            instance.reload();
            instance.await("recovered", () -> recipient(instance).startsWith("250"));
        }
    }

    private static void addLine(Instance instance, String line) throws IOException {
        Files.writeString(instance.configuration().resolve("main.cf"), line + "\n", StandardOpenOption.APPEND);
    }

    @Test
    void masterDoesNotStartFromAFileThatIsNone() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            Path file = instance.configuration().resolve("main.cf");
            int lines = Files.readAllLines(file).size();
            addLine(instance, "this line has no equals sign");
            Instance.Outcome outcome = instance.run("", "libexec/master", "-d");
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.text()).contains("fatal: " + file + ", line " + (lines + 1)
                    + ": missing '=' after attribute name: \"this line has no equals sign\"");

            instance.set("mail_owner", "nosuchuser").configure();
            outcome = instance.run("", "libexec/master", "-d");
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.text()).contains(
                    "fatal: file " + file + ": parameter mail_owner: unknown user name value: nosuchuser");
        }
    }

    @Test
    void twoMastersNeverShareAQueue() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            Instance.Outcome second = instance.run("", "libexec/master", "-d");
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.text()).contains("fatal: open lock file pid/master.pid: unable to set exclusive lock: "
                    + "Resource temporarily unavailable");
            assertThat(deliver(instance)).startsWith("250");
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(USER))).hasSize(1);
        }
    }

    @Test
    void aTableThatCannotBeReadDefersUntilItCan() throws Exception {
        Path table = folder.resolve("users");
        Files.writeString(table, USER + " x\n");
        try (Instance instance = new Instance(folder).set("local_recipient_maps", "texthash:" + table)
                .set("smtpd_error_sleep_time", "0s").start()) {
            assertThat(recipient(instance)).startsWith("250");
            Files.delete(table);
            instance.await("refused for now", () -> recipient(instance).startsWith("451 4.3.0 "));
            Files.createDirectory(table);
            instance.await("refused for now, as it is a directory", () -> recipient(instance).startsWith("451 4.3.0 ")
                    && instance.count("error: open database " + table + ": Is a directory") > 0);
            Files.delete(table);
            Files.writeString(table, USER + " x\n");
            instance.await("accepted again", () -> recipient(instance).startsWith("250"));
            assertThat(deliver(instance)).startsWith("250");
            assertThat(instance.logText()).contains("error: open database " + table + ": No such file or directory")
                    .doesNotContain("panic:", "550 5.1.1");
        }
    }

    @Test
    void aReloadEverySecondDisturbsNobody() throws Exception {
        ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
        AtomicInteger accepted = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        try (Instance instance = new Instance(folder).start();
                ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    while (!done.get()) {
                        try {
                            SmtpClient.expect("250", deliver(instance));
                            accepted.incrementAndGet();
                        } catch (IOException e) {
                            troubles.add(e.toString());
                        }
                    }
                }));
            }
            ScheduledFuture<?> reloads = schedule.scheduleAtFixedRate(instance::reload, 0, 1, TimeUnit.SECONDS);
            instance.await("reloaded", () -> instance.count("reload -- version") >= RELOADS);
            boolean _ = reloads.cancel(false);
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(troubles).isEmpty();
            assertThat(accepted.get()).isPositive();
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(USER))).hasSize(accepted.get());
            assertThat(instance.logText()).doesNotContain("status=bounced", "status=deferred", "panic:", "warning:");
        }
    }
}
