package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The same mail through Debian's Postfix and through us: the same letters about it, but for numbers and times. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class NoticesBesidePostfixTest {
    private static final String TRANSPORTS = "inline:{ {fails.test = error:5.1.1 nobody here} {late.test = retry:4.3.0 later}"
            + " {gone.test = discard:} }";
    private static final List<Pattern> NUMBERS = List.of(Pattern.compile("<\\d{14}\\.[0-9A-F]{9,}@"), Pattern.compile(
            "[0-9A-F]{9,}\\.\\d{10}/"), Pattern.compile("[0-9A-F]{9,}"),
            Pattern.compile(
                    "[A-Z][a-z]{2}, +\\d+ [A-Z][a-z]{2} \\d{4} [0-9:]{8} [+-]\\d{4} \\([A-Z]+\\)"));
    private static final String DELAY_TOLD = "postmaster delay notification: ";
    private static final String TEMPLATES = """
            failure_template = <<EOF
            Charset: iso-8859-1
            From: Robot <MAILER-DAEMON>
            Subject: It did not work
            Postmaster-Subject: copy of it

            F\u00fcr $myhostname: $$5 after $maximal_queue_lifetime_hours h and ${maximal_queue_lifetime_days} d
            EOF

            # Another word at the end.
            delay_template = <<THE END
            Subject: It takes $myhostname long

            After $delay_warning_time_seconds s.
            THE END
            success_template = <<EOF
            Subject: It worked

            On ${mydomain}.
            EOF
            verify_template = <<EOF
            Subject: As you asked

            $mydomain
            EOF
            """;

    @TempDir
    Path folder;

    private final Map<String, String> settings = new LinkedHashMap<>();

    @BeforeAll
    static void needs() throws IOException {
        RealPostfix.needs(NoticesBesidePostfixTest.class);
    }

    /** One of the two systems. */
    interface Local {
        void sendmail(String text, String... arguments) throws IOException, InterruptedException;
    }

    /** What both are given. */
    private static void submit(int port, Local system) throws IOException, InterruptedException {
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            send(client, "<joe@x.test> RET=FULL ENVID=env+2B1", "plain\nMessage-ID: <1@x.test>", "body",
                    "<ann@fails.test>", "<bob@fails.test> NOTIFY=FAILURE ORCPT=rfc822;Bob+40home.test",
                    "<never@fails.test> NOTIFY=NEVER", "<delay@fails.test> NOTIFY=DELAY");
            send(client, "<joe@x.test> RET=HDRS ENVID=env2", "headers", "body", "<ann@fails.test>");
            send(client, "<joe@x.test> BODY=8BITMIME", "eight", "b\u00f6dy", "<\"a b\"@fails.test>");
            send(client, "<joe@x.test> SMTPUTF8", "utf8 \u00c3\u00b6", "b\u00c3\u00b6dy", "<ann@fails.test>");
            send(client, "<joe@x.test> ENVID=s", "success", "body", "<q@gone.test> NOTIFY=SUCCESS",
                    "<all@v.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;all@v.test", "<daemon@x.test> NOTIFY=SUCCESS",
                    "<silent@gone.test>");
            send(client, "<joe@x.test>", "late", "body", "<l@late.test>", "<m@late.test> NOTIFY=NEVER",
                    "<n@late.test> NOTIFY=FAILURE", "<o@late.test> NOTIFY=DELAY");
            send(client, "<lost@fails.test>", "double", "body", "<ann@fails.test>");
            send(client, "<>", "null", "body", "<ann@fails.test>");
            send(client, "<joe@x.test>", "large", ("y".repeat(70) + "\r\n").repeat(200) + "end", "<ann@fails.test>");
            send(client, "<joe@x.test>", "odd\nno header here", "body", "<ann@fails.test>");
            send(client, "<joe@x.test>", "long reason", "body", "<" + "l".repeat(60) + "@fails.test>");
            SmtpClient.expect("221", client.command("QUIT"));
        }
        system.sendmail("Subject: bv\n\nx\n", "-bv", "-f", "joe@x.test", "ann@fails.test", "daemon@x.test",
                "q@gone.test",
                "l@late.test");
        system.sendmail("Subject: v\n\nx\n", "-v", "-f", "joe@x.test", "ann@fails.test", "daemon@x.test",
                "q@gone.test");
        system.sendmail("Subject: verp\n\nx\n", "-XV", "-f", "list@x.test", "ann@fails.test", "bob@fails.test");
        system.sendmail("Subject: verp delivery\n\nx\n", "-XV", "-f", "list@x.test", "daemon@x.test", "root@x.test");
        system.sendmail("Subject: verp2\n\nx\n", "-XV-+", "-f", "list@x.test", "ann@fails.test");
        system.sendmail("Subject: dsn\n\nx\n", "-N", "success", "-R", "hdrs", "-f", "joe@x.test",
                "q@gone.test");
    }

    private static void send(SmtpClient client, String sender, String subject, String body, String... recipients)
            throws IOException {
        SmtpClient.expect("250", client.command("MAIL FROM:" + sender));
        for (String recipient : recipients) {
            SmtpClient.expect("250", client.command("RCPT TO:" + recipient));
        }
        SmtpClient.expect("354", client.command("DATA"));
        SmtpClient.expect("250",
                client.command("Subject: " + subject.replace("\n", "\r\n") + "\r\n\r\n" + body + "\r\n."));
    }

    private void configure() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path templates = Files.writeString(folder.resolve("templates"), TEMPLATES, StandardCharsets.ISO_8859_1);
        settings.put("bounce_template_file", templates.toString());
        settings.put("mail_name", "Postfix");
        settings.put("myhostname", "mx.example.test");
        settings.put("mydestination", "mx.example.test, x.test");
        settings.put("myorigin", "x.test");
        settings.put("luser_relay", "daemon@x.test");
        settings.put("transport_maps", TRANSPORTS);
        settings.put("virtual_alias_domains", "v.test");
        settings.put("virtual_alias_maps", "inline:{ {all@v.test = p@fails.test, r@gone.test} }");
        settings.put("smtpd_reject_unlisted_recipient", "no");
        settings.put("notify_classes", "bounce, 2bounce, delay");
        settings.put("bounce_notice_recipient", "bounces@x.test");
        settings.put("2bounce_notice_recipient", "doubles@x.test");
        settings.put("delay_notice_recipient", "delays@x.test");
        settings.put("delay_warning_time", "1s");
        settings.put("confirm_delay_cleared", "yes");
        settings.put("bounce_size_limit", "10000");
        settings.put("minimal_backoff_time", "2s");
        settings.put("maximal_backoff_time", "2s");
        settings.put("queue_run_delay", "1s");
    }

    /**
     * All letters without what differs between two runs of one system: numbers, times, how they came to their mailbox, and the order
     * of the recipients, whose deliveries overtake each other.
     */
    private static List<String> letters(List<Path> files) throws IOException {
        List<String> letters = new ArrayList<>();
        for (Path file : files) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1)
                    .replaceAll("(?m)^Received:.*\n([ \t].*\n)*", "")
                    .replaceAll("(?m)^(Delivered-To|X-Original-To):.*\n", "");
            for (Pattern number : NUMBERS) {
                text = number.matcher(text).replaceAll("ID");
            }
            letters.add(Stream.of(text.split("\n\n")).sorted().collect(Collectors.joining("\n\n")));
        }
        return letters;
    }

    /** Messages in a queue; -1 when it changed meanwhile. */
    static long queued(Path spool, String queue) throws IOException {
        try (Stream<Path> files = Files.walk(spool.resolve(queue))) {
            return files.filter(Files::isRegularFile).count();
        } catch (IOException | UncheckedIOException _) {
            return -1;
        }
    }

    /** Waits until nothing is under way, so many messages wait, and this stands in the log. */
    private static void awaitQuiet(Path spool, int waiting, Path log, String text) {
        Awaitility.await(text).atMost(Instance.PATIENCE).pollInterval(Duration.ofMillis(20))
                .during(Duration.ofMillis(500)).until(() -> queued(spool, "maildrop") + queued(spool, "incoming")
                        + queued(spool, "active") == 0 && queued(spool, "deferred") == waiting
                        && Files.readString(log, StandardCharsets.ISO_8859_1).contains(text));
    }

    @Test
    void theSameLetters() throws Exception {
        configure();
        List<String> theirs;
        Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")));
        Path spool = folder.resolve("spool");
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), spool)) {
            settings.forEach(real::set);
            real.start();
            submit(real.smtpPort(), (text, arguments) -> real.input(text, "sendmail", arguments));
            awaitQuiet(spool, 1, real.log(), DELAY_TOLD);
            real.set("transport_maps", TRANSPORTS.replace("retry:4.3.0 later", "discard:"));
            real.stop();
            real.start();
            real.run("postqueue", "-f");
            awaitQuiet(spool, 0, real.log(), "removed");
            theirs = letters(ours.messages(real.maildir("daemon")));
        }
        try (ours) {
            settings.forEach(ours::set);
            ours.start();
            submit(ours.smtpPort(), (text, arguments) -> ours.run(text, "bin/sendmail", arguments));
            awaitQuiet(ours.queue(), 1, ours.log(), DELAY_TOLD);
            ours.set("transport_maps", TRANSPORTS.replace("retry:4.3.0 later", "discard:")).configure();
            ours.reload();
            ours.run("", "bin/postqueue", "-f");
            awaitQuiet(ours.queue(), 0, ours.log(), "removed");
            assertThat(letters(ours.messages(ours.maildir("daemon")))).containsExactlyInAnyOrderElementsOf(theirs);
        }
    }
}
