package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.DaemonHarness;

/** Clients that do to TLS what they should not: each loses its session, and nobody else anything. */
class TlsAbuseTest {
    private static final byte[] CLIENT_HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};

    @TempDir
    private Path directory;

    private DaemonHarness harness;
    private FakeDaemons daemons;
    private int port;

    @BeforeEach
    void start() {
        harness = new DaemonHarness(directory);
        daemons = new FakeDaemons(harness);
        port = StartTlsTest.set(harness).startInet(new Smtpd(), "smtp");
    }

    @AfterEach
    void everybodyElseIsServed() throws IOException {
        try (DaemonHarness _ = harness; TlsClient peer = encrypted("TLSv1.3")) {
            assertThat(peer.say("EHLO client.example")).startsWith("250-");
            begin(peer);
            assertThat(peer.say("x\r\n.")).startsWith("250 2.0.0 Ok: queued as ");
        }
        assertThat(daemons.messages()).isEqualTo(1);
    }

    private TlsClient encrypted(String version) throws IOException {
        TlsClient peer = new TlsClient(port);
        assertThat(peer.reply()).startsWith("220 ");
        assertThat(peer.say("STARTTLS")).startsWith("220 ");
        SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com", version);
        return peer;
    }

    private static void begin(TlsClient peer) throws IOException {
        assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
        assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("250 ");
        assertThat(peer.say("DATA")).startsWith("354 ");
    }

    private Socket started() throws IOException {
        return started(port);
    }

    /** A session after STARTTLS, in which whatever follows should be a handshake. */
    private static Socket started(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        for (int lines = 0; lines < 2;) {
            lines += in.read() == '\n' ? 1 : 0;
        }
        return socket;
    }

    /** The server may hang up before it has read all. */
    private static void sendLast(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException _) {
            assertThat(socket.isClosed()).isFalse();
        }
    }

    /** The server has hung up; an alert may come first. */
    private static void assertOver(Socket socket) throws IOException {
        try {
            byte[] last = socket.getInputStream().readAllBytes();
            assertThat(new String(last, StandardCharsets.ISO_8859_1)).doesNotContain("250 ");
        } catch (java.net.SocketException _) {
            // By a reset.
        }
    }

    @Test
    void rubbishEndsTheSession() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] rubbish = new byte[1 + random.nextInt(4000)];
            random.nextBytes(rubbish);
            if (i % 2 == 0) {
                // Begins as it should.
                System.arraycopy(CLIENT_HELLO, 0, rubbish, 0, Math.min(rubbish.length, CLIENT_HELLO.length));
            }
            try (Socket socket = started()) {
                sendLast(socket, rubbish);
                assertOver(socket);
            }
        }
    }

    @Test
    void halfAHandshakeIsNotWaitedForLongerThanTheLimit() throws IOException {
        // Of its own: others may need longer for a good one on a slow machine.
        int impatient = harness.set("smtpd_starttls_timeout", "1s").startInet(new Smtpd(), "impatient");
        try (Socket socket = started(impatient)) {
            socket.getOutputStream().write(CLIENT_HELLO);
            assertOver(socket);
        }
    }

    @Test
    void aMessageThatIsCutOffIsNoMessage() throws IOException {
        for (String version : new String[]{"TLSv1.2", "TLSv1.3"}) {
            Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
            TlsClient peer = new TlsClient(plain);
            assertThat(peer.reply()).startsWith("220 ");
            assertThat(peer.say("STARTTLS")).startsWith("220 ");
            SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com", version);
            begin(peer);
            // As much as is not held back on its way.
            String line = "half a message of " + version;
            peer.send(line + "\r\n" + ("x".repeat(78) + "\r\n").repeat(3000));
            await().atMost(Duration.ofMinutes(1)).until(() -> daemons.records().contains("N" + line));
            // Without a word of TLS: the end that anybody between the two can make.
            plain.close();
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> daemons.abandoned() == 2);
        assertThat(daemons.messages()).isZero();
    }

    @Test
    void recordsThatWereTamperedWithEndTheSession() throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        try (TlsClient peer = new TlsClient(plain)) {
            assertThat(peer.reply()).startsWith("220 ");
            assertThat(peer.say("STARTTLS")).startsWith("220 ");
            SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com", "TLSv1.3");
            begin(peer);
            plain.getOutputStream().write(new byte[]{23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                    16, 17, 18, 19, 20});
            assertThatThrownBy(() -> assertThat(peer.reply()).startsWith("250 ")).isInstanceOfAny(IOException.class,
                    AssertionError.class);
        }
        assertThat(daemons.messages()).isZero();
    }

    /** A client that asks for new keys again and again makes the server work for it; TLS 1.3 knows it no more. */
    @Test
    void nobodyNegotiatesAnew() throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        try (TlsClient peer = new TlsClient(plain)) {
            assertThat(peer.reply()).startsWith("220 ");
            assertThat(peer.say("STARTTLS")).startsWith("220 ");
            SSLSocket tls = peer.encrypt(TlsClient.context(false), "mail.example.com", "TLSv1.2");
            assertThat(peer.say("NOOP")).startsWith("250 ");
            assertThatThrownBy(() -> {
                tls.startHandshake();
                assertThat(peer.say("NOOP")).startsWith("250 ");
            }).isInstanceOfAny(IOException.class, AssertionError.class);
        }
    }
}
