package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.tls.TlsFiles;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.postrider.common.wire.TlsContext;
import org.postrider.common.wire.TlsServerName;
import org.postrider.common.wire.TlsSettings;

/** STARTTLS and wrapper mode over real sockets, with the JDK's TLS for a client. */
class StartTlsTest {
    static final Path KEYS = Path.of("src/test/resources/tls").toAbsolutePath();

    private static String shown(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
    }

    static DaemonHarness set(DaemonHarness harness) {
        return harness.set("compatibility_level", "3.11").set("local_recipient_maps", "")
                .set("smtpd_peername_lookup", "no").set("mynetworks", "127.0.0.0/8")
                .set("myhostname", "mail.example.com").set("smtpd_tls_security_level", "may")
                .set("smtpd_tls_cert_file", KEYS.resolve("rsa-cert.pem").toString())
                .set("smtpd_tls_key_file", KEYS.resolve("rsa-key-pkcs1.pem").toString())
                .set("smtpd_tls_eccert_file", KEYS.resolve("ec-cert.pem").toString())
                .set("smtpd_tls_eckey_file", KEYS.resolve("ec-key.pem").toString())
                .set("smtpd_forbid_unauth_pipelining", "no");
    }

    /** The build runs these tests twice, the second time without BoringSSL. */
    @Test
    void boringSslIsThereUnlessItWasTakenAway() {
        assertThat(TlsContext.isNative()).isEqualTo(!Boolean.getBoolean("io.netty.handler.ssl.noOpenSsl"));
    }

    /** No library of the JDK or Debian offers this group, so the client is one of ours. */
    @Test
    void theKeyExchangeIsSafeFromQuantumComputersByDefault(@TempDir Path directory) throws IOException {
        assumeTrue(TlsContext.isNative(), "needs BoringSSL");
        try (DaemonHarness harness = new DaemonHarness(directory); Network network = new Network(1)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).set("smtpd_tls_wrappermode", "yes").startInet(new Smtpd(), "smtps");
            assertThat(group(network, port, "X25519MLKEM768", "X25519")).isEqualTo("X25519MLKEM768");
            assertThat(group(network, port, "X25519")).isEqualTo("X25519");
        }
    }

    private static String group(Network network, int port, String... groups) throws IOException {
        TlsSettings settings = new TlsSettings(Optional.empty(), TlsSettings.Request.NO, List.of("TLSv1.3"),
                TlsContext.cipherSuites(), List.of(groups), 0);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Connection connection = network.connect(address, Optional.empty(), Duration.ofMinutes(1))) {
            return connection.startTls(TlsContext.client(settings), new TlsServerName("mail.example.com", port),
                    Duration.ofMinutes(1)).group();
        }
    }

    @Test
    void aSessionBeginsAnewUnderTls(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons daemons = new FakeDaemons(harness);
            int port = set(harness).startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).contains("250-STARTTLS\n");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                assertThat(peer.say("STARTTLS x")).startsWith("501 5.5.4 ");
                assertThat(peer.say("STARTTLS")).isEqualTo("220 2.0.0 Ready to start TLS\n");
                SSLSocket tls = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
                assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("503 5.5.1 ");
                assertThat(peer.say("EHLO client.example")).doesNotContain("STARTTLS");
                assertThat(peer.say("STARTTLS")).isEqualTo("554 5.5.1 Error: TLS already active\n");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("250 ");
                assertThat(peer.say("DATA")).startsWith("354 ");
                assertThat(peer.say("x".repeat(70_000) + "\r\n.")).startsWith("250 2.0.0 Ok: queued as ");
                assertThat(peer.say("QUIT")).startsWith("221 ");
            }
            assertThat(daemons.messages()).isEqualTo(1);
        }
    }

    @Test
    void requireTlsIsOfferedAndTakenUnderTlsOnly(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons daemons = new FakeDaemons(harness);
            int port = set(harness).startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).doesNotContain("REQUIRETLS");
                assertThat(peer.say("MAIL FROM:<a@b.c> REQUIRETLS"))
                        .isEqualTo("555 5.5.4 Unsupported option: REQUIRETLS\n");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.say("EHLO client.example")).endsWith("250-CHUNKING\n250 REQUIRETLS\n");
                assertThat(peer.say("MAIL FROM:<a@b.c> REQUIRETLS=yes"))
                        .isEqualTo("555 5.5.4 Unsupported option: REQUIRETLS=yes\n");
                assertThat(peer.say("MAIL FROM:<a@b.c> RequireTLS")).startsWith("250 ");
                assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("250 ");
                assertThat(peer.say("DATA")).startsWith("354 ");
                assertThat(peer.say("x\r\n.")).startsWith("250 2.0.0 Ok: queued as ");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("250 ");
                assertThat(peer.say("QUIT")).startsWith("221 ");
            }
            List<Integer> flags = daemons.records().stream().filter(record -> record.startsWith("flags "))
                    .map(record -> Integer.parseInt(record.substring(6)) & CleanupClient.REQUIRE_TLS).toList();
            assertThat(flags).containsExactly(CleanupClient.REQUIRE_TLS, 0);
            assertThat(daemons.records()).contains("NRequire-TLS-ESMTP: yes");
        }
    }

    @Test
    void requireTlsCanBeTurnedOffAndKeptFromClients(@TempDir Path directory) throws IOException {
        for (String setting : new String[]{"requiretls_enable=no", "smtpd_discard_ehlo_keywords=requiretls"}) {
            try (DaemonHarness harness = new DaemonHarness(Files.createTempDirectory(directory, "x"))) {
                FakeDaemons _ = new FakeDaemons(harness);
                String[] words = setting.split("=", -1);
                int port = set(harness).set(words[0], words[1]).set("smtpd_tls_wrappermode", "yes")
                        .startInet(new Smtpd(), "smtps");
                try (TlsClient peer = new TlsClient(port)) {
                    SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                    assertThat(peer.reply()).startsWith("220 ");
                    assertThat(peer.say("EHLO client.example")).doesNotContain("REQUIRETLS");
                    assertThat(peer.say("MAIL FROM:<a@b.c> REQUIRETLS")).startsWith("555 5.5.4 ");
                }
            }
        }
    }

    @Test
    void whatCameInTheClearBehindStartTlsIsNeverObeyed(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).contains("STARTTLS");
                assertThat(peer.say("STARTTLS\r\nMAIL FROM:<evil@b.c>\r\nRSET")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.say("NOOP")).startsWith("250 2.0.0 ");
                assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith("503 5.5.1 Error: need MAIL");
            }
        }
    }

    @Test
    void garbageInPlaceOfAHandshakeEndsTheSession(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).contains("STARTTLS");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).doesNotContain("250 ");
            }
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
            }
        }
    }

    /** Its connection is given up at once, not when smtpd_starttls_timeout is over. */
    @Test
    void nobodyWaitsForAClientThatHasLeftBeforeOrInTheHandshake(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).startInet(new Smtpd(), "smtp");
            for (String begun : new String[]{"", "\u0016\u0003\u0001"}) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.setSoTimeout(60_000);
                    InputStream in = socket.getInputStream();
                    assertThat((char) in.read()).isEqualTo('2');
                    socket.getOutputStream().write("EHLO x\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    StringBuilder said = new StringBuilder();
                    while (said.indexOf("250 ") < 0) {
                        said.append((char) in.read());
                    }
                    socket.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    while (said.indexOf("220 2.0.0 Ready to start TLS\r\n") < 0) {
                        said.append((char) in.read());
                    }
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                    assertThat(in.readAllBytes().length).isLessThan(20);
                }
            }
        }
    }

    @Test
    void newSessionsAreCountedAndThoseTakenUpAreNot(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            AtomicInteger counted = new AtomicInteger();
            harness.fake("private/anvil", connection -> {
                for (var request = Attributes.readIfAny(connection.in()); request.isPresent(); request = Attributes
                        .readIfAny(connection.in())) {
                    boolean counts = request.get().get("request").equals("NEWTLS");
                    new AnvilRequest.Answer(0, counts ? counted.incrementAndGet() : counted.get()).toAttributes()
                            .write(connection.out());
                    connection.out().flush();
                }
            });
            int port = set(harness).set("smtpd_client_new_tls_session_rate_limit", "1")
                    .set("smtpd_client_event_limit_exceptions", "").startInet(new Smtpd(), "smtp");
            SSLContext known = TlsClient.context(false);
            for (int i = 0; i < (TlsContext.isNative() ? 2 : 1); i++) {
                try (TlsClient peer = started(port)) {
                    SSLSocket _ = peer.encrypt(known, "mail.example.com", "TLSv1.2");
                    assertThat(peer.say("NOOP")).startsWith("250 ");
                    assertThat(peer.say("QUIT")).startsWith("221 ");
                }
            }
            try (TlsClient peer = started(port)) {
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com", "TLSv1.2");
                assertThat(peer.reply())
                        .startsWith(
                                "421 4.7.0 mail.example.com Error: too many new TLS sessions from unknown[127.0.0.1]");
            }
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("STARTTLS"))
                        .startsWith("454 4.7.0 Error: too many new TLS sessions from unknown[127.0.0.1]");
            }
        }
    }

    /** A client whose STARTTLS was accepted. */
    static TlsClient started(int port) throws IOException {
        TlsClient peer = new TlsClient(port);
        assertThat(peer.reply()).startsWith("220 ");
        assertThat(peer.say("STARTTLS")).startsWith("220 ");
        return peer;
    }

    @Test
    void whereEncryptionIsRequiredLittleGoesWithoutIt(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).set("smtpd_tls_security_level", "encrypt").startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).contains("STARTTLS");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).isEqualTo("530 5.7.0 Must issue a STARTTLS command first\n");
                assertThat(peer.say("NOOP")).startsWith("250 ");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.say("EHLO client.example")).startsWith("250-");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
            }
        }
    }

    @Test
    void wrapperModeGreetsUnderTls(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).set("smtpd_tls_wrappermode", "yes").startInet(new Smtpd(), "smtps");
            try (TlsClient peer = new TlsClient(port)) {
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com", "TLSv1.2");
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).doesNotContain("STARTTLS");
            }
        }
    }

    @Test
    void namesAndProtocolsChooseCertificates(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            String chain = KEYS.resolve("sni-chain.pem").toString();
            int port = set(harness).set("smtpd_tls_wrappermode", "yes")
                    .set("tls_server_sni_maps", "inline:{other.example=" + chain + "}")
                    .set("smtpd_tls_mandatory_protocols", ">=TLSv1.2")
                    .startInet(new Smtpd(), "smtps");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(shown(peer.encrypt(TlsClient.context(false), "other.example")))
                        .isEqualTo("CN=other.example");
            }
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(shown(peer.encrypt(TlsClient.context(false), "mail.example.com")))
                        .contains("CN=mail.example.com");
            }
            try (TlsClient peer = new TlsClient(port)) {
                SSLContext client = TlsClient.context(false);
                assertThatThrownBy(() -> peer.encrypt(client, "mail.example.com", "TLSv1.1"))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    /** One of them for each list that stands in its way; what a client and a server agree on otherwise is the library's choice. */
    @Test
    void listsOfCiphersAndProtocolsAreObeyed(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            set(harness);
            assertThat(agreed(harness, "smtpd_tls_protocols", "!TLSv1.3", "TLSv1.3", "TLSv1.2")).startsWith("TLSv1.2 ");
            assertThat(agreed(harness, "smtpd_tls_protocols", "TLSv1.2", "TLSv1.3", "TLSv1.2")).startsWith("TLSv1.2 ");
            assertThat(agreed(harness, "smtpd_tls_protocols", ">=TLSv1.3", "TLSv1.2")).isEqualTo("nothing");
            harness.set("smtpd_tls_protocols", ">=TLSv1.2");
            assertThat(agreed(harness, "smtpd_tls_mandatory_protocols", ">=TLSv1.3", "TLSv1.2")).startsWith("TLSv1.2 ");
            assertThat(agreed(harness, "smtpd_tls_exclude_ciphers", "aECDSA, AES256 CHACHA20", "TLSv1.2"))
                    .isEqualTo("TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
            harness.set("smtpd_tls_exclude_ciphers", "");
            assertThat(agreed(harness, "smtpd_tls_mandatory_exclude_ciphers", "aECDSA", "TLSv1.2")).contains("_ECDSA_");
            harness.set("smtpd_tls_security_level", "encrypt").set("smtpd_tls_mandatory_protocols", ">=TLSv1.2");
            assertThat(agreed(harness, "smtpd_tls_mandatory_exclude_ciphers", "aECDSA", "TLSv1.2")).contains("_RSA_");
            assertThat(agreed(harness, "smtpd_tls_mandatory_protocols", ">=TLSv1.3", "TLSv1.2")).isEqualTo("nothing");
            harness.set("smtpd_tls_security_level", "");
            assertThat(agreed(harness, "smtpd_enforce_tls", "yes", "TLSv1.2")).isEqualTo("nothing");
            assertThat(agreed(harness, "smtpd_enforce_tls", "no", "TLSv1.2")).isEqualTo("refused");
            assertThat(agreed(harness, "smtpd_use_tls", "yes", "TLSv1.2")).startsWith("TLSv1.2 ");
        }
    }

    /** Protocol and cipher that such a client gets once this is set; {@code nothing} where the handshake fails, else {@code refused}. */
    private static String agreed(DaemonHarness harness, String name, String value, String... protocols)
            throws IOException {
        int port = harness.set(name, value).startInet(new Smtpd(), "smtp" + System.nanoTime());
        try (TlsClient peer = new TlsClient(port)) {
            assertThat(peer.reply()).startsWith("220 ");
            if (!peer.say("STARTTLS").startsWith("220 ")) {
                return "refused";
            }
            SSLSocket tls = peer.encrypt(TlsClient.context(false), "mail.example.com", protocols);
            return tls.getSession().getProtocol() + " " + tls.getSession().getCipherSuite();
        } catch (IOException _) {
            return "nothing";
        }
    }

    @Test
    void gradesChooseCiphers(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).set("smtpd_tls_ciphers", "high")
                    .set("tls_high_cipherlist", "ALL:!aECDSA:!CHACHA20:-AES256").startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket tls = peer.encrypt(TlsClient.context(false), "mail.example.com", "TLSv1.2");
                assertThat(tls.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
            }
        }
    }

    @Test
    void filesThatCanNotBeReadAnyMoreAreRememberedAndMissed(@TempDir Path directory) throws IOException {
        Path key = directory.resolve("key.pem");
        Files.copy(KEYS.resolve("ec-key.pem"), key);
        TlsFiles files = new TlsFiles();
        files.keep(key);
        byte[] before = files.read(key);
        // A directory in its place can't be read as a file, as a key can't be without root.
        Files.delete(key);
        Files.createDirectory(key);
        assertThat(files.read(key)).isEqualTo(before);
        assertThat(files.isOutdated()).isTrue();
        Files.move(key, directory.resolve("old"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(KEYS.resolve("rsa-key.pem"), key);
        assertThat(files.read(key)).isEqualTo(Files.readAllBytes(KEYS.resolve("rsa-key.pem")));
    }
}
