package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What people and scripts type, on a running system. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class LocalCommandsTest {
    private static final String USER = System.getProperty("user.name");
    private static final Instance.Outcome DONE = new Instance.Outcome(0, "");

    @TempDir
    Path folder;

    @Test
    void sendmailHasTheOptionsOfScripts() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            assertThat(instance.run("To: " + USER + "@localhost\nBcc: " + USER
                    + "@mail.example.test\nSubject: one\n\nfirst\n.\nlast\n", "bin/sendmail", "-oi", "-t", "-f",
                    "joe@example.test", "-F", "Joe User", "-oem")).isEqualTo(DONE);
            assertThat(
                    instance.run("Subject: two\n\nfirst\n.\nnot read\n", "bin/sendmail", "-bm", "-froot@example.test",
                            "--", USER + "@localhost"))
                    .isEqualTo(DONE);
            assertThat(
                    instance.run("Subject: three\n\nx\n", "bin/sendmail", "-i", "-v", "-r", USER + "@localhost", USER))
                    .isEqualTo(new Instance.Outcome(0,
                            "Mail Delivery Status Report will be mailed to <" + USER + "@localhost>.\n"));
            Instance.Outcome session = instance.run("EHLO here\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<" + USER
                    + "@localhost>\r\nDATA\r\nSubject: four\r\n\r\nby smtp\r\n.\r\nQUIT\r\n", "bin/sendmail", "-bs");
            assertThat(session.status()).isZero();
            assertThat(session.text()).startsWith("220 mail.example.test ESMTP")
                    .contains("\r\n250 2.0.0 Ok: queued as ")
                    .endsWith("\r\n221 2.0.0 Bye\r\n");
            // One, its blind copy, two, three, four, and the report that -v asked for.
            instance.await("all arrive", () -> instance.messages(instance.maildir(USER)).size() == 6);
            StringBuilder all = new StringBuilder();
            for (Path message : instance.messages(instance.maildir(USER))) {
                all.append(Files.readString(message));
            }
            assertThat(all).contains("\nFrom: Joe User <joe@example.test>\n").contains("Subject: one\n")
                    .contains("\n\nfirst\n.\nlast\n").doesNotContain("Bcc:")
                    .contains("Return-Path: <root@example.test>")
                    .contains("\nby smtp\n").contains("Subject: Mail Delivery Status Report")
                    .doesNotContain("not read");
        }
    }

    @Test
    void sendmailEndsWithStatusesThatSay() throws Exception {
        try (Instance instance = new Instance(folder).set("message_size_limit", "20000").start()) {
            assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail").status()).isEqualTo(75);
            assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail", "-t")).isEqualTo(new Instance.Outcome(75,
                    "sendmail: fatal: " + USER + "(" + uid() + "): No recipient addresses found in message header\n"));
            assertThat(instance.run("Subject: x\n\n" + "x\n".repeat(20_000), "bin/sendmail", USER).status())
                    .isEqualTo(69);
            assertThat(instance.run("", "bin/sendmail", "-bz").status()).isEqualTo(75);
            assertThat(instance.run("", "bin/newaliases", "extra").text())
                    .isEqualTo("newaliases: fatal: alias initialization mode requires no recipient\n");
            assertThat(instance.run("", "bin/postqueue", "-i", "no id").status()).isEqualTo(69);
            assertThat(instance.run("", "bin/postmap", "-q", "x", "nosuch:y").status()).isEqualTo(1);
            for (String line : new String[]{
                    "sendmail\\[\\d+]: fatal: " + USER + "\\(\\d+\\): No recipient addresses found in",
                    "sendmail\\[\\d+]: fatal: unsupported: -bz", "sendmail\\[\\d+]: fatal: alias initialization mode",
                    "postqueue\\[\\d+]: fatal: Cannot flush queue ID - invalid name",
                    "postmap\\[\\d+]: fatal: unsupported dictionary type: nosuch"}) {
                instance.await("logged: " + line,
                        () -> Pattern.compile(" mail postfix/" + line).matcher(instance.logText())
                                .find());
            }
            assertThat(instance.logText()).doesNotContain("end record");
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(USER))).isEmpty();
        }
    }

    private static String uid() throws Exception {
        return Instance.outcome(new ProcessBuilder("id", "-u"), "").text().strip();
    }

    @Test
    void theQueueIsListedSteeredAndFlushed() throws Exception {
        int port = Ports.free();
        // What is requeued waits in maildrop until pickup looks there by itself.
        try (Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + port)
                .masterCf(text -> text.replaceFirst("(?m)^(pickup\\s.*\\s)60(\\s)", "$12$2")).start()) {
            String one = queue(instance, "one");
            String two = queue(instance, "two");
            String three = queue(instance, "three");
            for (String[] list : new String[][]{{"bin/mailq"}, {"bin/sendmail", "-bp"}, {"bin/postqueue", "-p"}}) {
                assertThat(instance.run("", list[0], Arrays.copyOfRange(list, 1, list.length)).text())
                        .startsWith("-Queue ID-").contains(one, two, three, "b@elsewhere.test", "Connection refused")
                        .endsWith(" in 3 Requests.\n");
            }
            assertThat(instance.run("", "bin/postqueue", "-j").text().lines()).hasSize(3).allSatisfy(
                    line -> assertThat(line).startsWith("{\"queue_name\": \"deferred\", \"queue_id\": \"")
                            .endsWith("}"));
            assertThat(instance.run("", "bin/postcat", "-q", two).text()).contains("Subject: two\n",
                    "recipient: b@elsewhere.test\n");

            assertThat(instance.run("", "bin/postsuper", "-h", one, "-d", two).text())
                    .isEqualTo("postsuper: " + one + ": placed on hold\npostsuper: " + two + ": removed\n"
                            + "postsuper: Deleted: 1 message\npostsuper: Placed on hold: 1 message\n");
            assertThat(instance.run("", "bin/mailq").text()).contains(one + "!").doesNotContain(two);
            assertThat(instance.run("", "bin/postsuper", "-r", three).text())
                    .isEqualTo("postsuper: " + three + ": requeued\npostsuper: Requeued: 1 message\n");
            instance.await("it has another name", () -> instance.queued("deferred").size() == 1
                    && !instance.queued("deferred").getFirst().endsWith(three));

            GreenMail host = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
            host.start();
            try {
                assertThat(instance.run("", "bin/postfix", "flush")).isEqualTo(DONE);
                assertThat(host.waitForIncomingEmail(60_000, 1)).isTrue();
                assertThat(instance.run("", "bin/postsuper", "-H", "ALL").text())
                        .isEqualTo("postsuper: Released from hold: 1 message\n");
                assertThat(instance.run("", "bin/sendmail", "-q")).isEqualTo(DONE);
                assertThat(host.waitForIncomingEmail(60_000, 2)).isTrue();
                instance.awaitEmptyQueue();
                assertThat(instance.run("", "bin/mailq").text()).isEqualTo("Mail queue is empty\n");
                assertThat(instance.run("", "bin/postqueue", "-j").text()).isEmpty();
            } finally {
                host.stop();
            }
        }
    }

    private static String queue(Instance instance, String subject) throws Exception {
        int before = instance.queued("deferred").size();
        String reply = SmtpClient.deliver(instance.smtpPort(), "a@example.test", "b@elsewhere.test",
                "Subject: " + subject + "\n\nx");
        instance.await("deferred", () -> instance.queued("deferred").size() == before + 1);
        return reply.substring(reply.lastIndexOf(' ') + 1);
    }

    @Test
    void aliasesAreMadeAndUsed() throws Exception {
        Path aliases = Files.writeString(folder.resolve("aliases"), "friend: " + USER + "\n");
        try (Instance instance = new Instance(folder).set("alias_database", "lmdb:" + aliases)
                .set("alias_maps", "lmdb:" + aliases)) {
            instance.configure();
            assertThat(instance.run("", "bin/newaliases")).isEqualTo(DONE);
            assertThat(folder.resolve("aliases.lmdb")).isRegularFile();
            instance.start();
            assertThat(instance.run("", "bin/postmap", "-q", "friend", "lmdb:" + aliases).text())
                    .isEqualTo(USER + "\n");
            assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail", "friend")).isEqualTo(DONE);
            instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == 1);
            Files.writeString(aliases, "friend: " + USER + "\nother: " + USER + "\n");
            assertThat(instance.run("", "bin/sendmail", "-bi")).isEqualTo(DONE);
            assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail", "other")).isEqualTo(DONE);
            instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == 2);
        }
    }

    @Test
    void anyoneMayWriteIntoTheLog() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            assertThat(instance.run("", "bin/postlog", "-t", "script", "-p", "warn", "two", "words")).isEqualTo(DONE);
            assertThat(instance.run("first\nsecond\n", "bin/postlog")).isEqualTo(DONE);
            instance.await("logged", () -> instance.count("]: second") == 1);
            assertThat(instance.logText()).containsPattern("(?m) mail script\\[\\d+\\]: warning: two words$")
                    .containsPattern("(?m) mail postfix/postlog\\[\\d+\\]: first$");
        }
    }
}
