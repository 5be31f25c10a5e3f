package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that know no manners, one after the other against one instance: each gets a clear answer or is cut off, no daemon dies of
 * it, and a good client is served at once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class HostileClientTest {
    private static final int MEGABYTE = 1 << 20;
    private static final int MANY = 100_000;
    private static final String USER = System.getProperty("user.name");

    private Instance instance;
    private List<Long> serving;
    private int delivered;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        // The default, of its own in a system that is not stressed; 100,000 recipients are one test's.
        instance = new Instance(folder).set("smtpd_timeout", "5s").set("smtpd_recipient_limit", Integer.toString(MANY))
                .set("transport_maps", "inline:{{many.example.test=discard:}}").set("smtpd_error_sleep_time", "0s")
                .start();
        assertThat(deliver()).startsWith("250");
        serving = serving();
    }

    @AfterAll
    void stop() {
        instance.close();
    }

    @AfterEach
    void goodClientsAreServedByTheSameProcess() throws IOException {
        assertThat(deliver()).startsWith("250");
        instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == delivered);
        assertThat(serving()).isEqualTo(serving);
        assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure", "OutOfMemory", "exit status",
                "killed by signal");
    }

    private String deliver() throws IOException {
        String reply = SmtpClient.deliver(instance.smtpPort(), "a@example.test", USER + "@localhost",
                "Subject: good\n\ntext");
        delivered++;
        return reply;
    }

    private List<Long> serving() {
        return instance.daemons("smtpd").stream().map(ProcessHandle::pid).toList();
    }

    private SmtpClient client() throws IOException {
        SmtpClient client = new SmtpClient(instance.smtpPort());
        SmtpClient.expect("220", client.reply());
        SmtpClient.expect("250", client.command("EHLO hostile.example.test"));
        return client;
    }

    /** Bytes until the server closes. */
    private static String rest(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void commandsThatBreakOff() throws Exception {
        for (String cut : List.of("", "E", "EHLO", "EHLO x\r", "MAIL FROM:<a@", "EHLO x\r\nMAIL FROM:<a@example.test>",
                "EHLO x\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<" + USER + "@localhost>\r\nDATA\r\nSubject: half")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), instance.smtpPort())) {
                socket.getOutputStream().write(cut.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void aCommandOfOneMegabyte() throws Exception {
        try (SmtpClient client = client()) {
            client.send("NOOP " + "x".repeat(MEGABYTE) + "\r\n");
            assertThat(client.reply()).startsWith("500 5.5.2 Error: command too long");
            SmtpClient.expect("250", client.command("NOOP"));
        }
    }

    @Test
    void aCommandThatNeverEnds() throws Exception {
        long limit = 8L * MEGABYTE;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), instance.smtpPort())) {
            byte[] block = "x".repeat(8192).getBytes(StandardCharsets.ISO_8859_1);
            for (long sent = 0; sent < limit; sent += block.length) {
                socket.getOutputStream().write(block);
            }
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("220 ");
        }
    }

    @Test
    void aBodyLineOfOneMegabyteArrivesWhole() throws Exception {
        String line = "y".repeat(MEGABYTE);
        try (SmtpClient client = client()) {
            assertThat(client.deliver("a@example.test", USER + "@localhost", "Subject: long\n\n" + line))
                    .startsWith("250");
            delivered++;
        }
        instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == delivered);
        assertThat(instance.messages(instance.maildir(USER)).stream().anyMatch(file -> contains(file, line))).isTrue();
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void nulBytes() throws Exception {
        try (SmtpClient client = client()) {
            assertThat(client.command("MAIL FROM:<a\0b@example.test>")).startsWith("50");
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            assertThat(client.command("RCPT TO:<\0@localhost>")).startsWith("50");
            SmtpClient.expect("250", client.command("RCPT TO:<" + USER + "@localhost>"));
            SmtpClient.expect("354", client.command("DATA"));
            SmtpClient.expect("250", client.command("Subject: nul\0\0\r\n\r\nbefore\0after\r\n."));
            delivered++;
        }
        instance.await("delivered", () -> instance.messages(instance.maildir(USER)).size() == delivered);
        assertThat(instance.messages(instance.maildir(USER)).stream().anyMatch(file -> contains(file, "before\0after")))
                .isTrue();
    }

    @Test
    void clientsThatStall() throws Exception {
        List<SmtpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 49; i++) {
                clients.add(client());
            }
            // The last one: a slow machine may need a while for all.
            SmtpClient inData = client();
            clients.add(inData);
            SmtpClient.expect("250", inData.command("MAIL FROM:<a@example.test>"));
            SmtpClient.expect("250", inData.command("RCPT TO:<" + USER + "@localhost>"));
            SmtpClient.expect("354", inData.command("DATA"));
            inData.send("Subject: never ends\r\n");
            // Nobody else waits for them.
            assertThat(deliver()).startsWith("250");
            for (SmtpClient client : clients) {
                assertThat(client.reply()).startsWith("421 4.4.2 mail.example.test Error: timeout exceeded");
                assertThat(rest(client.socket())).isEmpty();
            }
        } finally {
            for (SmtpClient client : clients) {
                client.close();
            }
        }
        instance.awaitLog("timeout after DATA (21 bytes) from");
    }

    @Test
    void aClientThatNeverReads() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), instance.smtpPort())) {
            socket.setReceiveBufferSize(1024);
            OutputStream out = socket.getOutputStream();
            byte[] commands = "EHLO x\r\n".repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 50; i++) {
                out.write(commands);
            }
        } catch (IOException _) {
            // The server had enough.
            Thread.onSpinWait();
        }
    }

    @Test
    void halfClosedConnections() throws Exception {
        String envelope = "MAIL FROM:<a@example.test>\r\nRCPT TO:<" + USER + "@localhost>\r\nDATA\r\n";
        try (SmtpClient client = client()) {
            client.send(envelope);
            client.socket().shutdownOutput();
            assertThat(rest(client.socket())).contains("\r\n354 ").doesNotContain("queued as");
        }
        try (SmtpClient client = client()) {
            client.send(envelope);
            SmtpClient.expect("250", client.reply());
            SmtpClient.expect("250", client.reply());
            SmtpClient.expect("354", client.reply());
            client.send("Subject: half closed\r\n\r\ntext\r\n.\r\nQUIT\r\n");
            client.socket().shutdownOutput();
            assertThat(client.reply()).contains("queued as");
            delivered++;
            SmtpClient.expect("221", client.reply());
        }
    }

    @Test
    void aHundredThousandRecipients() throws Exception {
        try (SmtpClient client = client()) {
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            Thread writer = Thread.ofVirtual().start(() -> recipients(client.socket()));
            for (int i = 0; i < MANY; i++) {
                SmtpClient.expect("250", client.reply());
            }
            writer.join();
            assertThat(client.command("RCPT TO:<one-more@many.example.test>")).startsWith("452 4.5.3 Error: too many");
            SmtpClient.expect("354", client.command("DATA"));
            SmtpClient.expect("250", client.command("Subject: many\r\n\r\ntext\r\n."));
        }
        instance.awaitEmptyQueue();
        instance.await("all are logged", () -> instance.count("@many.example.test>, relay=none") == MANY);
    }

    private static void recipients(Socket socket) {
        try {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            for (int i = 0; i < MANY; i++) {
                out.write(("RCPT TO:<user" + i + "@many.example.test>\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            out.flush();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aSubmissionWithoutRecipientsIsLogged() throws Exception {
        Path file = instance.queue().resolve("maildrop/AAAA1");
        Files.writeString(file, "T\0141795277781 1S\004rootM\0N\012Subject: xN\0N\001yX\0E\0",
                StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        assertThat(instance.run("", "bin/postkick", "public", "pickup", "W").status()).isZero();
        instance.awaitLog("warning: maildrop/AAAA1: error writing ");
        instance.awaitLog(": no recipients specified");
        instance.await("gone", () -> !Files.exists(file));
    }
}
