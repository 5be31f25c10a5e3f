package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.common.testing.DaemonHarness;

/** What a session keeps in memory has a bound, whatever its client sends; measured on the heap, after a collection. */
class SessionMemoryTest {
    private static final int SESSIONS = 20;
    /** Most that one session may keep, in bytes: what the connection holds until it stops reading, and as much again. */
    private static final long MOST = 192 * 1024;
    private static final int TRIES = 5;
    private static final int MEGABYTE = 1 << 20;

    private static final String ENVELOPE = "EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\n";

    /** What a client begins with, and what it sends then for as long as the server takes it. */
    private enum Client {
        // @formatter:off
        COMMAND_WITHOUT_END("", "x".repeat(1000)),
        UNKNOWN_COMMANDS("", "FOO " + "x".repeat(900) + "\r\n"),
        VERBS("EHLO x\r\n", "VRFY " + "x".repeat(900) + "@example.com\r\n"),
        RECIPIENTS("EHLO x\r\nMAIL FROM:<a@b.c>\r\n", "RCPT TO:<" + "x".repeat(60) + "@example.com>\r\n"),
        SENDERS("EHLO x\r\n", "MAIL FROM:<" + "x".repeat(60) + "@b.c> ENVID=" + "y".repeat(90) + "\r\nRSET\r\n"),
        LINE_WITHOUT_END(ENVELOPE + "DATA\r\n", "x".repeat(1000)),
        HEADER_WITHOUT_END(ENVELOPE + "DATA\r\nSubject: x\r\n", " x".repeat(500) + "\r\n"),
        CHUNKS(ENVELOPE, "BDAT 1000\r\n" + "x".repeat(1000)),
        CHUNK_WITHOUT_END(ENVELOPE + "BDAT 2000000000\r\n", "x".repeat(1000)),
        IDENTITIES("", "XCLIENT NAME=" + "x".repeat(60) + ".example HELO=" + "y".repeat(200) + "\r\n"),
        ORIGINS("EHLO x\r\n", "XFORWARD NAME=" + "x".repeat(60) + ".example IDENT=" + "y".repeat(200) + "\r\n"),
        LOGINS("EHLO x\r\n", "AUTH PLAIN " + "QUFB".repeat(200) + "\r\n"),
        LOGIN_WITHOUT_END("EHLO x\r\nAUTH LOGIN\r\n", "QUFB".repeat(250)),
        PROXY_LINE_WITHOUT_END("", "PROXY TCP4 " + "1".repeat(900)),
        PROXY_HEADER_WITHOUT_END("\r\n\r\n\0\r\nQUIT\n!\u0011\u0008\0", "\1".repeat(1000)),
        HANDSHAKE_WITHOUT_END("\u0016\3\1\u0040\0\1\u00ff\u00ff\u00ff" + "\3".repeat(0x4000 - 4),
                "\u0016\3\3\u0040\0" + "\3".repeat(0x4000));
        // @formatter:on

        private final byte[] first;
        private final byte[] block;

        Client(String first, String more) {
            this.first = first.getBytes(StandardCharsets.ISO_8859_1);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 64; i++) {
                all.writeBytes(more.getBytes(StandardCharsets.ISO_8859_1));
            }
            this.block = all.toByteArray();
        }

        /** Of the service that it is sent to. */
        Map<String, String> settings() {
            return switch (this) {
                case PROXY_LINE_WITHOUT_END, PROXY_HEADER_WITHOUT_END ->
                    Map.of("smtpd_upstream_proxy_protocol", "haproxy");
                case HANDSHAKE_WITHOUT_END -> Map.of("smtpd_tls_wrappermode", "yes", "smtpd_tls_chain_files",
                        StartTlsTest.KEYS.resolve("ec-key.pem") + " " + StartTlsTest.KEYS.resolve("ec-cert.pem"));
                default -> Map.of();
            };
        }

        /** Sends a megabyte, or what the server takes; reads nothing. */
        SocketChannel begin(SocketAddress server) throws IOException {
            SocketChannel channel = SocketChannel.open(server);
            try {
                send(channel);
            } catch (IOException _) {
                // The server had enough, and keeps nothing.
                assertThat(channel.isOpen()).isTrue();
            }
            return channel;
        }

        private void send(SocketChannel channel) throws IOException {
            ByteBuffer hello = ByteBuffer.wrap(first);
            while (hello.hasRemaining()) {
                int _ = channel.write(hello);
            }
            channel.configureBlocking(false);
            for (long sent = 0; sent < MEGABYTE;) {
                ByteBuffer buffer = ByteBuffer.wrap(block);
                int idle = 0;
                while (buffer.hasRemaining() && idle < 1000) {
                    int taken = channel.write(buffer);
                    sent += taken;
                    idle = taken == 0 ? idle + 1 : 0;
                    Thread.onSpinWait();
                }
                if (buffer.hasRemaining()) {
                    return;
                }
            }
        }
    }

    /** The least of some measurements: a collection may come at a bad moment. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void aSessionKeepsLittle(Client client, @TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            client.settings().forEach(harness::set);
            int port = harness.set("compatibility_level", "3.11").set("local_recipient_maps", "")
                    .set("smtpd_peername_lookup", "no").set("mynetworks", "127.0.0.0/8").set("message_size_limit", "0")
                    .set("smtpd_authorized_xclient_hosts", "127.0.0.1")
                    .set("smtpd_authorized_xforward_hosts", "127.0.0.1")
                    .set("smtpd_forbid_unauth_pipelining", "no").set("smtpd_hard_error_limit", "1000000")
                    .set("smtpd_junk_command_limit", "1000000").set("smtpd_error_sleep_time", "0")
                    .set("smtpd_sasl_auth_enable", "yes").set("smtpd_sasl_type", "tables")
                    .set("smtpd_sasl_password_maps", "inline:{joe={PLAIN}secret}")
                    .set("smtpd_client_connection_count_limit", "0")
                    .startInet(new Smtpd(), "smtp");
            SocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            List<SocketChannel> channels = new ArrayList<>();
            channels.add(client.begin(server));
            long before = used();
            for (int i = 0; i < SESSIONS; i++) {
                channels.add(client.begin(server));
            }
            long each = (used() - before) / SESSIONS;
            System.out.println("a session of " + client + " keeps " + each + " bytes");
            assertThat(each).isLessThan(MOST);
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
