package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.testing.DaemonHarness;

/** Sessions over real sockets, with cleanup and trivial-rewrite played by the test. */
class ManySessionsTest {
    private static final int SESSIONS = 200;

    /** A client that waits for every reply. */
    private static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final OutputStream out;

        Peer(int port) throws IOException {
            this(port, "127.0.0.1");
        }

        /** From this address. */
        Peer(int port, String from) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.ofLiteral(from), 0);
            socket.setSoTimeout(60_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            out = socket.getOutputStream();
        }

        void send(String text) throws IOException {
            out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        String reply() throws IOException {
            String line = in.readLine();
            while (line != null && line.length() > 3 && line.charAt(3) == '-') {
                line = in.readLine();
            }
            return String.valueOf(line);
        }

        String say(String text) throws IOException {
            send(text);
            return reply();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static int start(DaemonHarness harness) {
        harness.set("compatibility_level", "3.11").set("local_recipient_maps", "").set("smtpd_peername_lookup", "no")
                .set("mynetworks", "127.0.0.0/8")
                .set("message_size_limit", "0");
        return harness.startInet(new Smtpd(), "smtp");
    }

    @Test
    void manySessionsAtOnceEachDeliver(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons daemons = new FakeDaemons(harness);
            int port = start(harness);
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                peers.add(new Peer(port));
            }
            for (Peer peer : peers) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).startsWith("250 ");
                peer.send("MAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\nDATA");
            }
            for (Peer peer : peers) {
                assertThat(peer.reply()).startsWith("250 2.1.0");
                assertThat(peer.reply()).startsWith("250 2.1.5");
                assertThat(peer.reply()).startsWith("354 ");
                assertThat(peer.say("Subject: x\r\n\r\nbody\r\n.")).startsWith("250 2.0.0 Ok: queued as ");
                assertThat(peer.say("QUIT")).startsWith("221 ");
                peer.close();
            }
            assertThat(daemons.messages()).isEqualTo(SESSIONS);
        }
    }

    @Test
    void tooManyConnectionsOfOneClientAreTurnedAway(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            harness.set("smtpd_client_connection_count_limit", "1").set("smtpd_client_event_limit_exceptions", "");
            int port = start(harness);
            try (Peer first = new Peer(port)) {
                assertThat(first.reply()).startsWith("220 ");
                try (Peer second = new Peer(port)) {
                    assertThat(second.reply()).startsWith("421 4.7.0 mail.example.com Error: too many connections");
                }
            }
        }
    }

    @Test
    void aSilentClientIsToldThatItsTimeIsOver(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            harness.set("smtpd_timeout", "1s");
            int port = start(harness);
            try (Peer peer = new Peer(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.reply()).isEqualTo("421 4.4.2 mail.example.com Error: timeout exceeded");
            }
        }
    }

    /** Each byte comes in time; the command does not, nor content at such a rate. */
    @ParameterizedTest
    @ValueSource(strings = {"", "HELO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\nDATA\r\n"})
    void whoDribblesIsNotWaitedForWhereTheWholeRequestHasALimit(String begun, @TempDir Path directory)
            throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = start(harness.set("smtpd_timeout", "1s").set("smtpd_per_request_deadline", "yes")
                    .set("smtpd_min_data_rate", "500").set("smtpd_forbid_unauth_pipelining", "no"));
            try (Peer peer = new Peer(port)) {
                peer.out.write(begun.getBytes(StandardCharsets.ISO_8859_1));
                for (long replies = 1 + begun.lines().count(); replies > 0; replies--) {
                    assertThat(peer.reply()).matches("[23].*");
                }
                await("the time is over").atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(100))
                        .until(() -> {
                            if (!peer.in.ready()) {
                                peer.out.write('x');
                            }
                            return peer.in.ready();
                        });
                assertThat(peer.reply()).isEqualTo("421 4.4.2 mail.example.com Error: timeout exceeded");
            }
        }
    }

    @Test
    void aMessageThatIsLargerThanTheHeapOfADaemonPasses(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons daemons = new FakeDaemons(harness);
            int port = start(harness);
            byte[] block = ("0123456789".repeat(7) + "\r\n").repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
            try (Peer peer = new Peer(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("HELO client.example")).startsWith("250 ");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("250 ");
                assertThat(peer.say("DATA")).startsWith("354 ");
                for (int i = 0; i < 1500; i++) {
                    peer.out.write(block);
                }
                assertThat(peer.say(".")).startsWith("250 2.0.0 Ok: queued as ");
            }
            assertThat(daemons.messages()).isEqualTo(1);
        }
    }

    @Test
    void aListedProxySpeaksForOthersWhereOtherClientsSpeakForThemselves(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            harness.set("smtpd_upstream_proxy_networks", "127.0.0.9/32").set("smtpd_delay_reject", "no")
                    .set("smtpd_client_restrictions", "check_client_access inline:{192.0.2.66=reject}");
            int port = start(harness);
            try (Peer peer = new Peer(port, "127.0.0.9")) {
                peer.send("PROXY TCP4 192.0.2.66 198.51.100.2 4711 25");
                assertThat(peer.reply()).isEqualTo(
                        "554 5.7.1 <unknown[192.0.2.66]>: Client host rejected: Access denied");
            }
            try (Peer peer = new Peer(port, "127.0.0.9")) {
                assertThat(peer.say("EHLO x")).isEqualTo("421 4.3.0 mail.example.com Server local error");
                assertThat(peer.in.read()).isEqualTo(-1);
            }
            try (Peer peer = new Peer(port, "127.0.0.8")) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("PROXY TCP4 192.0.2.66 198.51.100.2 4711 25")).startsWith("500 5.5.2 ");
            }
        }
    }

    @Test
    void whoConnectsTooOftenIsTurnedAway(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            AtomicInteger connections = new AtomicInteger();
            harness.fake("private/anvil", connection -> {
                for (var request = Attributes.readIfAny(connection.in()); request.isPresent(); request = Attributes
                        .readIfAny(connection.in())) {
                    new AnvilRequest.Answer(1, connections.incrementAndGet()).toAttributes().write(connection.out());
                    connection.out().flush();
                }
            });
            harness.set("smtpd_client_connection_rate_limit", "1").set("smtpd_client_event_limit_exceptions",
                    "127.0.0.9");
            int port = start(harness);
            try (Peer peer = new Peer(port)) {
                assertThat(peer.reply()).startsWith("220 ");
            }
            try (Peer peer = new Peer(port)) {
                assertThat(peer.reply())
                        .isEqualTo("421 4.7.0 mail.example.com Error: too many connections from 127.0.0.1");
            }
            try (Peer peer = new Peer(port, "127.0.0.9")) {
                assertThat(peer.reply()).startsWith("220 ");
            }
        }
    }

    @Test
    void behindAProxyTheClientIsWhoTheProxySays(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            harness.set("smtpd_upstream_proxy_protocol", "haproxy").set("smtpd_delay_reject", "no")
                    .set("smtpd_client_restrictions", "check_client_access inline:{192.0.2.66=reject}");
            int port = start(harness);
            try (Peer peer = new Peer(port)) {
                peer.send("PROXY TCP4 192.0.2.66 198.51.100.2 4711 25");
                assertThat(peer.reply()).isEqualTo(
                        "554 5.7.1 <unknown[192.0.2.66]>: Client host rejected: Access denied");
            }
            try (Peer peer = new Peer(port)) {
                peer.send("PROXY TCP4 192.0.2.67 198.51.100.2 4711 25");
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO x")).startsWith("250 ");
            }
            try (Peer peer = new Peer(port)) {
                assertThat(peer.say("EHLO x")).isEqualTo("421 4.3.0 mail.example.com Server local error");
                assertThat(peer.in.read()).isEqualTo(-1);
            }
        }
    }
}
