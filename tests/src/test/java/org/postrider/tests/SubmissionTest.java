package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The stock services submission and submissions, taken out of their comments, and users in a table: other people's programs log in. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SubmissionTest {
    private static final String RECIPIENT = System.getProperty("user.name") + "@localhost";
    private static final String MESSAGE = "Subject: %s\n\nbody\n";

    @TempDir
    static Path folder;

    private static Instance instance;
    private static int submission;
    private static int submissions;
    private static Path certificate;

    @BeforeAll
    static void start() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "openssl");
        certificate = KeyFiles.make(folder, "server", "mail.example.test", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1");
        Path users = Files.writeString(folder.resolve("users"),
                """
                        joe@example.test {SCRAM-SHA-256}4096,75zc68xZVlQpJxgWv9y+vw==,LNgpJFxuaQ7F4BTqzy3nuoYP5nC7XykM3PT9myYcVog=,9CtLZk87FMftUUt2ZsZM0fpFJghqqSc2c0zbzvBI224=
                        bob@example.test {PLAIN}secret
                        ann@example.test {CRYPT}$6$rounds=1000$saltsalt$LAV5VE5Y7w1d73x1mFNspYWUpazfmwv2SoepNXNKJ/otop/Zok96Hr8Q13LEv0DRY/x8v0/crpIjl8NJSAqXV/
                        """);
        submission = Ports.free();
        submissions = Ports.free();
        instance = new Instance(folder).set("smtpd_tls_chain_files",
                folder.resolve("server.key") + ", " + certificate).set("smtpd_sasl_type", "tables")
                .set("smtpd_sasl_password_maps", "texthash:" + users).set("smtpd_sasl_local_domain", "example.test")
                .set("smtpd_sasl_mechanisms", "SCRAM-SHA-256 PLAIN LOGIN").set("myorigin", "example.test")
                .set("smtpd_user_recipient_rate_limit", "20")
                .set("smtpd_sender_login_maps", "inline:{ joe@example.test=joe@example.test }")
                .masterCf(text -> uncommented(uncommented(text, "submission", submission), "submissions", submissions)
                        .replace("-o smtpd_sender_restrictions=",
                                "-o smtpd_sender_restrictions=reject_known_sender_login_mismatch"))
                .start();
    }

    @AfterAll
    static void stop() {
        if (instance != null) {
            instance.close();
        }
    }

    /** What an administrator does with an editor, and another port. */
    private static String uncommented(String text, String service, int port) {
        Matcher block = Pattern.compile("(?m)^#" + service + " inet.*\\n(#  -o .*\\n)+").matcher(text);
        assertThat(block.find()).isTrue();
        return text.replace(block.group(),
                block.group().replaceAll("(?m)^#", "").replaceFirst(service, Integer.toString(port)));
    }

    private static void succeeds(List<String> command, String input) throws Exception {
        Instance.Outcome outcome = Instance.outcome(new ProcessBuilder(command), input);
        assertThat(outcome.status()).as(outcome.text()).isZero();
    }

    /** The message with this subject, once it is there. */
    private static String delivered(String subject) throws Exception {
        List<String> found = new ArrayList<>();
        instance.await("delivered", () -> {
            for (Path message : instance.messages(instance.maildir(System.getProperty("user.name")))) {
                String text = Files.readString(message, StandardCharsets.ISO_8859_1);
                if (text.contains("Subject: " + subject + "\n")) {
                    found.add(text);
                }
            }
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private static List<String> swaks(String user, String password, String mechanism, String from, String subject) {
        return List.of("swaks", "--server", "127.0.0.1", "--port", Integer.toString(submission), "--tls", "--auth",
                mechanism, "--auth-user", user, "--auth-password", password, "--from", from, "--to", RECIPIENT,
                "--data",
                "From: joe\\nSubject: " + subject + "\\n\\nbody");
    }

    @Test
    void swaksLogsInByPlainAndByLogin() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "swaks");
        succeeds(swaks("joe", "pencil", "PLAIN", "joe@example.test", "swaks-plain"), "");
        succeeds(swaks("ann", "secret", "LOGIN", "ann@example.test", "swaks-login"), "");
        String text = delivered("swaks-plain");
        // smtpd_hide_client_session, and the header fields that a client of ours gets.
        assertThat(text).contains("\nReceived: by mail.example.test (Postrider) id ").doesNotContain("127.0.0.1")
                .contains("\nFrom: joe@example.test\n").containsPattern("\nMessage-Id: <.*@mail.example.test>\n")
                .containsPattern("\nDate: .*\n");
        assertThat(delivered("swaks-login")).doesNotContain("127.0.0.1");
        instance.awaitLog(", sasl_method=PLAIN, sasl_username=joe@example.test");
        instance.awaitLog(", sasl_method=LOGIN, sasl_username=ann@example.test");
        instance.awaitLog("postfix/submission/smtpd[");
    }

    @Test
    void wrongPasswordsAndOtherPeoplesAddressesAreRefused() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "swaks");
        Instance.Outcome wrong = Instance
                .outcome(new ProcessBuilder(swaks("joe", "pencil ", "PLAIN", "joe@example.test", "wrong")), "");
        assertThat(wrong.text()).contains("535 5.7.8 Error: authentication failed: authentication failure");
        Instance.Outcome other = Instance
                .outcome(new ProcessBuilder(swaks("ann", "secret", "PLAIN", "joe@example.test", "other")), "");
        assertThat(other.text()).contains(
                "553 5.7.1 <joe@example.test>: Sender address rejected: not owned by user ann@example.test");
    }

    @Test
    void nothingGoesWithoutEncryptionOrLogin() throws Exception {
        try (SmtpClient client = new SmtpClient(submission)) {
            assertThat(client.reply()).startsWith("220 ");
            assertThat(client.command("EHLO x")).startsWith("250 ");
            assertThat(client.command("AUTH PLAIN AGpvZQBwZW5jaWw=")).startsWith("530 5.7.0 Must issue a STARTTLS");
            assertThat(client.command("MAIL FROM:<joe@example.test>")).startsWith("530 5.7.0 Must issue a STARTTLS");
        }
    }

    @Test
    void msmtpLogsInByScram() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "msmtp");
        for (int port : new int[]{submission, submissions}) {
            List<String> line = List.of("msmtp", "--file=/dev/null", "--host=127.0.0.1", "--port=" + port,
                    "--from=joe@example.test", "--auth=scram-sha-256", "--user=joe@example.test",
                    "--passwordeval=echo pencil", "--tls=on", "--tls-starttls=" + (port == submission ? "on" : "off"),
                    "--tls-trust-file=" + certificate, RECIPIENT);
            succeeds(line, MESSAGE.formatted("msmtp-" + port));
            String _ = delivered("msmtp-" + port);
        }
        instance.awaitLog(", sasl_method=SCRAM-SHA-256, sasl_username=joe@example.test");
    }

    @Test
    void gsaslLogsInByScram() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "gsasl");
        // Its channel binding is one that ended with TLS 1.2.
        Instance.Outcome outcome = Instance.outcome(
                new ProcessBuilder("gsasl", "--smtp", "--connect=127.0.0.1:" + submission,
                        "--hostname=mail.example.test", "--x509-ca-file=" + certificate, "--mechanism=SCRAM-SHA-256",
                        "--authentication-id=joe@example.test", "--password=pencil", "--no-cb"),
                "");
        assertThat(outcome.text()).contains("235 2.7.0 Authentication successful");
    }

    @Test
    void curlSends() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "curl");
        succeeds(List.of("curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", certificate.toString(), "--user",
                "joe@example.test:pencil", "smtp://127.0.0.1:" + submission + "/client.example.test", "--mail-from",
                "joe@example.test", "--mail-rcpt", RECIPIENT, "-T", "-"), MESSAGE.formatted("curl-submission"));
        succeeds(List.of("curl", "--silent", "--show-error", "--cacert", certificate.toString(), "--user",
                "ann@example.test:secret", "smtps://127.0.0.1:" + submissions + "/client.example.test", "--mail-from",
                "ann@example.test", "--mail-rcpt", RECIPIENT, "-T", "-"), MESSAGE.formatted("curl-submissions"));
        assertThat(delivered("curl-submission")).contains("Received: by mail.example.test");
        assertThat(delivered("curl-submissions")).contains("Received: by mail.example.test");
    }

    @Test
    void muttSends() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "mutt");
        for (String kind : List.of("smtp", "smtps")) {
            int port = kind.equals("smtp") ? submission : submissions;
            Path settings = Files.writeString(folder.resolve("muttrc-" + kind), """
                    set from = "joe@example.test"
                    set smtp_url = "%s://joe%%40example.test@127.0.0.1:%d/"
                    set smtp_pass = "pencil"
                    set ssl_starttls = yes
                    set ssl_force_tls = yes
                    set certificate_file = "%s"
                    set copy = no
                    set record = ""
                    """.formatted(kind, port, certificate));
            succeeds(List.of("mutt", "-n", "-F", settings.toString(), "-s", "mutt-" + kind, "--", RECIPIENT), "body\n");
            assertThat(delivered("mutt-" + kind)).containsPattern("\nFrom: .*joe@example.test").contains("\nbody\n");
        }
    }

    /** By hand, as an administrator does who tries the service. */
    @Test
    void opensslSends() throws Exception {
        Process process = new ProcessBuilder("openssl", "s_client", "-starttls", "smtp", "-quiet", "-crlf", "-CAfile",
                certificate.toString(), "-verify_return_error", "-connect", "127.0.0.1:" + submission)
                .redirectError(folder.resolve("s_client.err").toFile()).start();
        try (BufferedReader replies = process.inputReader(StandardCharsets.ISO_8859_1);
                BufferedWriter commands = process.outputWriter(StandardCharsets.ISO_8859_1)) {
            String login = Base64.getEncoder()
                    .encodeToString("\0ann@example.test\0secret".getBytes(StandardCharsets.ISO_8859_1));
            for (String[] step : new String[][]{{"EHLO client.example.test", "250 "},
                    {"AUTH PLAIN " + login, "235 2.7.0"},
                    {"MAIL FROM:<ann@example.test>", "250 2.1.0"}, {"rcpt to:<" + RECIPIENT + ">", "250 2.1.5"},
                    {"DATA", "354 "}, {"Subject: openssl\n\nby hand\n.", "250 2.0.0"}}) {
                commands.write(step[0] + "\n");
                commands.flush();
                assertThat(reply(replies)).startsWith(step[1]);
            }
        } finally {
            process.destroy();
        }
        assertThat(delivered("openssl")).contains("\nby hand\n");
    }

    private static String reply(BufferedReader replies) throws IOException {
        String line;
        do {
            line = String.valueOf(replies.readLine());
        } while (line.length() > 3 && line.charAt(3) == '-');
        return line;
    }

    @Test
    void aUserWhoSendsTooMuchIsToldToWait() throws Exception {
        Prerequisites.programs(SubmissionTest.class, "python3");
        String login = Base64.getEncoder()
                .encodeToString("\0bob@example.test\0secret".getBytes(StandardCharsets.ISO_8859_1));
        Instance.Outcome outcome = Instance.outcome(new ProcessBuilder("python3", "-c", """
                import smtplib, ssl, sys
                context = ssl.create_default_context(cafile=sys.argv[3])
                with smtplib.SMTP_SSL('127.0.0.1', int(sys.argv[1]), context=context) as server:
                    server.ehlo()
                    assert server.docmd('AUTH PLAIN ' + sys.argv[4])[0] == 235
                    server.mail('bob@example.test')
                    print([server.rcpt(sys.argv[2]) for _ in range(30)][-1])
                """, Integer.toString(submissions), RECIPIENT, certificate.toString(), login), "");
        assertThat(outcome.text()).contains("450").contains("too many recipients from user bob@example.test");
        instance.awaitLog(
                "Recipient address rate limit exceeded: 21 from user bob@example.test for service " + submissions);
    }
}
