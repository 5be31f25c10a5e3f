package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** One spool, used by Debian's Postfix and by us in turn: each delivers what the other left. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SpoolExchangeTest {
    private static final String HOLD = "inline:{held@x.test=HOLD}";

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        RealPostfix.needs(SpoolExchangeTest.class);
    }

    private static void send(int port, String recipient) throws IOException {
        assertThat(SmtpClient.deliver(port, "a@example.test", recipient,
                "Subject: for " + recipient + "\n\n..a dot\n" + "x".repeat(3000) + "\nlast"))
                .startsWith("250 2.0.0 Ok");
    }

    private static void arrived(Instance instance, Path maildir, List<String> recipients) throws IOException {
        instance.await("all delivered", () -> instance.messages(maildir).size() == recipients.size());
        StringBuilder all = new StringBuilder();
        for (Path message : instance.messages(maildir)) {
            String text = Files.readString(message);
            assertThat(text).endsWith("last\n");
            all.append(text);
        }
        for (String recipient : recipients) {
            assertThat(all.toString()).contains("Subject: for " + recipient + "\n");
        }
    }

    @Test
    void weDrainWhatPostfixLeft() throws Exception {
        Instance instance = Instance.asRoot(folder).set("mydestination", "x.test").set("luser_relay", "daemon@x.test");
        try (instance; RealPostfix real = new RealPostfix(folder.resolve("real"), instance.queue())) {
            real.set("relayhost", "[127.0.0.1]:" + Ports.free())
                    .set("smtpd_recipient_restrictions", "check_recipient_access " + HOLD);
            real.start();
            send(real.smtpPort(), "deferred@x.test");
            send(real.smtpPort(), "held@x.test");
            instance.await("deferred and held", () -> instance.queued("deferred").size() == 1
                    && instance.queued("hold").size() == 1 && real.logText().contains("status=deferred"));
            real.stop();
            real.start("qmgr");
            send(real.smtpPort(), "incoming@x.test");
            real.stop();
            real.input("Subject: for dropped@x.test\n\nlast\n", "sendmail", "-i", "-f", "a@example.test",
                    "dropped@x.test");
            assertThat(instance.queued("incoming")).hasSize(1);
            assertThat(instance.queued("maildrop")).hasSize(1);
            Path held = instance.queued("hold").getFirst();

            instance.start();
            assertThat(instance.run("", "bin/postcat", held.toString()).text())
                    .contains("recipient: held@x.test\n").contains("\nsender: a@example.test\n");
            assertThat(instance.run("", "bin/mailq").text()).contains("held@x.test").contains("!");
            assertThat(instance.run("", "bin/postsuper", "-H", "ALL").status()).isZero();
            assertThat(instance.run("", "bin/postqueue", "-f").status()).isZero();
            instance.awaitEmptyQueue();
            assertThat(instance.queued("hold")).isEmpty();
            arrived(instance, instance.maildir("daemon"),
                    List.of("deferred@x.test", "held@x.test", "incoming@x.test", "dropped@x.test"));
            assertThat(instance.queued("defer")).isEmpty();
        }
    }

    @Test
    void postfixDrainsWhatWeLeft() throws Exception {
        Instance instance = Instance.asRoot(folder).set("mydestination", "")
                .set("relayhost", "[127.0.0.1]:" + Ports.free())
                .set("smtpd_recipient_restrictions", "check_recipient_access " + HOLD);
        try (instance; RealPostfix real = new RealPostfix(folder.resolve("real"), instance.queue())) {
            instance.start();
            send(instance.smtpPort(), "deferred@x.test");
            send(instance.smtpPort(), "held@x.test");
            instance.await("deferred and held", () -> instance.queued("deferred").size() == 1
                    && instance.queued("hold").size() == 1 && instance.count("status=deferred") == 1);
            instance.stop();
            Path held = instance.queued("hold").getFirst();
            real.set("mydestination", "x.test").set("luser_relay", "daemon@x.test").start();
            assertThat(real.run("postcat", held.toString())).contains("recipient: held@x.test\n")
                    .contains("\nsender: a@example.test\n");
            assertThat(real.run("postqueue", "-p")).contains("deferred@x.test").contains("Connection refused");
            real.run("postsuper", "-H", "ALL");
            real.run("postqueue", "-f");
            arrived(instance, real.maildir("daemon"), List.of("deferred@x.test", "held@x.test"));
            instance.awaitEmptyQueue();
            // It does not know the line that says when an attempt was made, and leaves it out.
            assertThat(real.logText().lines()
                    .filter(line -> !line.endsWith("unknown attribute name: time, ignored")))
                    .noneMatch(line -> line.contains("warning:")).noneMatch(line -> line.contains("corrupt"));
        }
    }
}
