package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Mail comes in both ways, goes through the queue, and leaves. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class EndToEndTest {
    private static final String MESSAGE = "Subject: hello\n\nA line.\n..A line that begins with a dot.";
    private final String user = System.getProperty("user.name");

    @TempDir
    Path folder;

    @Test
    void bySmtpIntoAMaildir() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            String reply = SmtpClient.deliver(instance.smtpPort(), "a@example.test", user + "@localhost", MESSAGE);
            assertThat(reply).startsWith("250 2.0.0 Ok: queued as ");
            String id = reply.substring(reply.lastIndexOf(' ') + 1);
            instance.await("delivered", () -> instance.messages(instance.maildir(user)).size() == 1);
            assertThat(Files.readString(instance.messages(instance.maildir(user)).getFirst()))
                    .contains("Return-Path: <a@example.test>\n").contains("Delivered-To: " + user + "@localhost\n")
                    .contains("Subject: hello\n").endsWith("\nA line.\n.A line that begins with a dot.\n");
            instance.awaitLog(id + ": removed");
            instance.awaitEmptyQueue();
        }
    }

    @Test
    void bySendmailIntoAMaildir() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            Instance.Outcome outcome = instance.run("To: " + user + "@localhost\nSubject: local\n\nbody\n",
                    "bin/sendmail",
                    "-t", "-i");
            assertThat(outcome).isEqualTo(new Instance.Outcome(0, ""));
            instance.await("delivered", () -> instance.messages(instance.maildir(user)).size() == 1);
            assertThat(Files.readString(instance.messages(instance.maildir(user)).getFirst()))
                    .contains("from userid ").contains("Subject: local\n").contains("Message-Id: <")
                    .contains("\nDate: ");
            instance.awaitEmptyQueue();
            assertThat(instance.run("", "bin/mailq").text()).isEqualTo("Mail queue is empty\n");
        }
    }

    @Test
    void nobodyRelaysThroughUs() throws Exception {
        try (Instance instance = new Instance(folder).set("mynetworks", "192.0.2.0/24").start();
                SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO stranger.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<x@example.test>"));
            assertThat(client.command("RCPT TO:<y@elsewhere.test>"))
                    .isEqualTo("454 4.7.1 <y@elsewhere.test>: Relay access denied");
        }
    }
}
