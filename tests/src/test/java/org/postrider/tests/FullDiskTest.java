package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room: clients are told to come back, what was accepted stays, and all goes on when there is room again. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class FullDiskTest {
    private static final String USER = System.getProperty("user.name");
    private static final String TOO_LITTLE = "warning: not enough free space in mail queue: ";

    @TempDir
    Path folder;

    private Instance instance;

    @AfterEach
    void stop() {
        if (instance != null) {
            instance.close();
        }
    }

    private String deliver() throws IOException {
        return send("<" + USER + "@localhost>");
    }

    private String send(String recipient) throws IOException {
        return SmtpClient.converse(instance.smtpPort(), "EHLO client.example.test",
                "MAIL FROM:<" + USER + "@localhost>", "RCPT TO:" + recipient, "DATA", content(recipient));
    }

    private static String content(String recipient) {
        return "Subject: for " + recipient + "\r\n\r\n" + "text\r\n".repeat(2000) + ".";
    }

    /**
     * Each of the programs has something to write while there is no room: it is said, and done when there is. In the end there is room,
     * but less than queue_minfree.
     */
    @Test
    void nothingIsLostWhenTheDiskIsFull() throws Exception {
        assumeTrue(Instance.canMount(), "SKIPPED, CANNOT MOUNT: a full disk was not tried");
        instance = new Instance(folder).set("message_size_limit", "1000000")
                .set("transport_maps", "inline:{ {fails.test=error:5.1.1 nobody} {late.test=retry:4.3.0 later}"
                        + " {gone.test=discard:} }")
                .set("mydestination", "localhost, here.test").set("mail_spool_directory", folder + "/spool/mail/")
                .set("queue_run_delay", "1s").set("minimal_backoff_time", "1s").set("maximal_backoff_time", "1s")
                .set("smtpd_reject_unlisted_recipient", "no").set("defer_transports", "error, discard, local")
                .startWithSmallQueue("24m");
        Path queue = instance.queueSeenByMaster();
        Path mailboxes = Files.createDirectory(queue.resolve("mail"));
        Path filler = queue.resolve("filler");
        for (String recipient : List.of("<x@fails.test>", "<x@late.test>", "<x@gone.test> NOTIFY=SUCCESS",
                "<" + USER + "@here.test>")) {
            assertThat(send(recipient)).startsWith("250 ");
        }
        instance.await("all wait", () -> instance.count("deferred transport") >= 3 && instance.count("later)") > 0);
        try (SmtpClient early = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", early.reply());
            SmtpClient.expect("250", early.command("EHLO client.example.test"));
            SmtpClient.expect("250", early.command("MAIL FROM:<a@example.test>"));
            SmtpClient.expect("250", early.command("RCPT TO:<" + USER + "@localhost>"));
            SmtpClient.expect("354", early.command("DATA"));
            fill(filler);
            assertThat(deliver()).isEqualTo("452 4.3.1 Insufficient system storage");
            // This one came before; now its message can't be written.
            assertThat(early.command(content("nobody"))).startsWith("4");
        }
        instance.set("defer_transports", "discard").configure();
        instance.reload();
        awaitFull(filler, "bounce service: ", "defer service: ", "to=<" + USER + "@here.test>,.* status=deferred \\(");
        assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail", USER + "@localhost").status()).isEqualTo(75);
        instance.set("defer_transports", "").configure();
        instance.reload();
        awaitFull(filler, "trace service: ");
        assertThat(deliver()).startsWith("452");
        Files.delete(filler);
        instance.await("accepted when there is room", () -> deliver().startsWith("250"));
        instance.await("the letter and the messages arrive", () -> messages(mailboxes).size() == 3);
        instance.await("only what can't be delivered waits", () -> waiting(queue) == 1);
        assertThat(messages(mailboxes)).anyMatch(text -> text.contains("<x@fails.test>: nobody"))
                .anyMatch(text -> text.contains("Subject: for <" + USER + "@here.test>\n") && text.endsWith("text\n"))
                .anyMatch(text -> text.contains("Subject: for <" + USER + "@localhost>\n"))
                .noneMatch(text -> text.contains("Subject: for nobody\n"));
        long told = instance.count(TOO_LITTLE);
        instance.set("queue_minfree", "1000000000000000").configure();
        instance.reload();
        instance.await("refused after the reload",
                () -> deliver().equals("452 4.3.1 Insufficient system storage") && instance.count(TOO_LITTLE) > told);
        assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure", "saving corrupt");
    }

    /** Waits until each was told that there is no room; what others leave meanwhile (a log of an earlier try) is filled, too. */
    private void awaitFull(Path filler, String... beginnings) {
        for (String line : beginnings) {
            Pattern pattern = Pattern.compile(line + ".*No space left on device");
            instance.await("log has: " + pattern, () -> {
                fill(filler);
                return pattern.matcher(instance.logText()).find();
            });
        }
    }

    private static List<String> messages(Path mailboxes) throws IOException {
        List<String> texts = new ArrayList<>();
        Path arrived = mailboxes.resolve(USER).resolve("new");
        if (Files.isDirectory(arrived)) {
            try (Stream<Path> files = Files.list(arrived)) {
                for (Path file : files.toList()) {
                    texts.add(Files.readString(file));
                }
            }
        }
        return texts;
    }

    private static long waiting(Path queue) {
        return Stream.of("maildrop", "incoming", "active", "deferred")
                .flatMap(name -> Instance.files(queue.resolve(name)).stream()).filter(Files::isExecutable).count();
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }
}
