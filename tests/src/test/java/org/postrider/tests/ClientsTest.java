package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Mail programs of other people hand us their mail. One instance for all of them. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ClientsTest {
    private static final String MESSAGE = "From: a@example.test\r\nSubject: %s\r\n\r\n.a dot\r\nlast\r\n";
    private static final String RECIPIENT = System.getProperty("user.name") + "@localhost";

    @TempDir
    static Path folder;

    private static Instance instance;

    @BeforeAll
    static void start() throws Exception {
        instance = new Instance(folder).start();
    }

    @AfterAll
    static void stop() {
        instance.close();
    }

    /** Runs the client and waits for its message. */
    private static void sends(String subject, List<String> command, String input) throws Exception {
        Instance.Outcome outcome = Instance.outcome(new ProcessBuilder(command), input);
        assertThat(outcome.status()).as(outcome.text()).isZero();
        instance.await("delivered", () -> count(subject) == 1);
    }

    private static long count(String subject) throws Exception {
        long found = 0;
        for (Path message : instance.messages(instance.maildir(System.getProperty("user.name")))) {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            if (text.contains("Subject: " + subject + "\n")) {
                assertThat(text.stripTrailing()).endsWith("\n.a dot\nlast");
                found++;
            }
        }
        return found;
    }

    private static String port() {
        return Integer.toString(instance.smtpPort());
    }

    @Test
    void swaks() throws Exception {
        Prerequisites.programs(ClientsTest.class, "swaks");
        sends("swaks", List.of("swaks", "--server", "127.0.0.1", "--port", port(), "--from", "a@example.test", "--to",
                RECIPIENT, "--header", "Subject: swaks", "--body", ".a dot\\nlast"), "");
    }

    @Test
    void msmtp() throws Exception {
        Prerequisites.programs(ClientsTest.class, "msmtp");
        sends("msmtp", List.of("msmtp", "--file=/dev/null", "--host=127.0.0.1", "--port=" + port(),
                "--from=a@example.test", "--auth=off", "--tls=off", RECIPIENT),
                MESSAGE.formatted("msmtp").replace("\r", ""));
    }

    @Test
    void curl() throws Exception {
        Prerequisites.programs(ClientsTest.class, "curl");
        sends("curl", List.of("curl", "--silent", "--show-error", "smtp://127.0.0.1:" + port() + "/client.example.test",
                "--mail-from", "a@example.test", "--mail-rcpt", RECIPIENT, "-T", "-"), MESSAGE.formatted("curl"));
    }

    @Test
    void pythonSmtplib() throws Exception {
        Prerequisites.programs(ClientsTest.class, "python3");
        sends("smtplib", List.of("python3", "-c", """
                import smtplib, sys
                with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as server:
                    server.ehlo('client.example.test')
                    assert server.has_extn('pipelining') and server.has_extn('dsn') and server.esmtp_features['size']
                    refused = server.sendmail('a@example.test', [sys.argv[2]], sys.stdin.read(), ['BODY=8BITMIME'])
                    assert not refused
                """, port(), RECIPIENT), MESSAGE.formatted("smtplib"));
    }

    @Test
    void smtpSource() throws Exception {
        Prerequisites.programs(ClientsTest.class, "smtp-source");
        long before = instance.count(": removed");
        Instance.Outcome outcome = Instance
                .outcome(new ProcessBuilder("smtp-source", "-s", "5", "-m", "50", "-l", "3000",
                        "-f", "a@example.test", "-t", RECIPIENT, "127.0.0.1:" + port()), "");
        assertThat(outcome).isEqualTo(new Instance.Outcome(0, ""));
        instance.await("removed", () -> instance.count(": removed") >= before + 50);
    }
}
