package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.testing.DaemonHarness;

/** Certificates that clients show: who is let in by one, who is sent away for want of one. With the JDK's TLS for a client. */
class ClientCertificatesTest {
    @ParameterizedTest
    @ValueSource(strings = {"permit_tls_clientcerts", "permit_tls_all_clientcerts"})
    void clientsRelayByTheFingerprintOfTheirCertificate(String restriction, @TempDir Path directory)
            throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("smtpd_tls_ask_ccert", "yes").set("mynetworks", "192.0.2.0/24")
                    .set("smtpd_sender_restrictions", restriction + ", reject")
                    .set("relay_clientcerts", "inline:{" + fingerprint() + "=client}")
                    .startInet(new Smtpd(), "smtp");
            for (boolean withCertificate : new boolean[]{true, false}) {
                try (TlsClient peer = new TlsClient(port)) {
                    assertThat(peer.reply()).startsWith("220 ");
                    assertThat(peer.say("STARTTLS")).startsWith("220 ");
                    SSLSocket _ = peer.encrypt(TlsClient.context(withCertificate), "mail.example.com");
                    assertThat(peer.say("EHLO client.example")).startsWith("250-");
                    assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                    assertThat(peer.say("RCPT TO:<user@example.com>")).startsWith(withCertificate ? "250 " : "554 ");
                }
            }
        }
    }

    /** As Postfix says it; tests/TlsBesidePostfixTest asks both. */
    @Test
    void aCertificateIsRefusedByItsName(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("smtpd_tls_ask_ccert", "yes")
                    .set("smtpd_sender_restrictions",
                            "check_ccert_access inline:{ {" + fingerprint() + "=REJECT 5.1.1 not you} }")
                    .startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(true), "mail.example.com");
                assertThat(peer.say("EHLO client.example")).startsWith("250-");
                assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                assertThat(peer.say("RCPT TO:<user@example.com>"))
                        .isEqualTo("554 5.0.0 <client.example>: Client certificate rejected: not you\n");
            }
        }
    }

    /** As Postfix says it; tests/TlsBesidePostfixTest asks both. */
    @Test
    void whoHasToShowACertificateIsToldAndLeft(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            StartTlsTest.set(harness).set("smtpd_tls_security_level", "encrypt").set("smtpd_tls_req_ccert", "yes");
            int untrusting = harness.startInet(new Smtpd(), "untrusting");
            int trusting = harness.set("smtpd_tls_CAfile", StartTlsTest.KEYS.resolve("client-cert.pem").toString())
                    .startInet(new Smtpd(), "trusting");
            assertThat(afterHandshake(untrusting, false))
                    .isEqualTo("421 4.7.1 mail.example.com Error: No client certificate presented\n");
            assertThat(afterHandshake(untrusting, true))
                    .isEqualTo("421 4.7.1 mail.example.com Error: Client certificate not trusted\n");
            assertThat(afterHandshake(trusting, true)).startsWith("250-");
        }
    }

    private static String afterHandshake(int port, boolean withCertificate) throws IOException {
        try (TlsClient peer = StartTlsTest.started(port)) {
            SSLSocket _ = peer.encrypt(TlsClient.context(withCertificate), "mail.example.com");
            peer.send("EHLO client.example\r\n");
            return peer.reply();
        }
    }

    @Test
    void nobodyIsAskedWhereTlsIsNotRequired(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("smtpd_tls_req_ccert", "yes").startInet(new Smtpd(), "smtp");
            assertThat(afterHandshake(port, false)).startsWith("250-");
            assertThat(afterHandshake(port, true)).startsWith("250-");
        }
    }

    @Test
    void aTableOfCertificatesIsSearchedInTheOrderThatIsWanted(@TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            String table = "inline:{ {" + fingerprint() + "=REJECT} }";
            int n = 0;
            for (String[] one : new String[][]{{table, "554 "}, {"{ " + table + " }", "554 "},
                    {"{ " + table + ", { search_order = pubkey_fingerprint } }", "250 "},
                    {"{ " + table + " { search_order = pubkey_fingerprint, cert_fingerprint } }", "554 "},
                    {"{ " + table + " search_order=cert_fingerprint }", "554 "},
                    {"{ " + table + ", { search_order = nothing } }", "451 4.3.5 "},
                    {"{ " + table + ", { nothing = x } }", "451 4.3.5 "}, {"{ }", "451 4.3.5 "}}) {
                int port = StartTlsTest.set(harness).set("smtpd_tls_ask_ccert", "yes")
                        .set("smtpd_sender_restrictions", "check_ccert_access " + one[0])
                        .startInet(new Smtpd(), "smtp" + n++);
                try (TlsClient peer = StartTlsTest.started(port)) {
                    SSLSocket _ = peer.encrypt(TlsClient.context(true), "mail.example.com");
                    assertThat(peer.say("EHLO client.example")).startsWith("250-");
                    assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
                    assertThat(peer.say("RCPT TO:<user@example.com>")).as(one[0]).startsWith(one[1]);
                }
            }
        }
    }

    private static String fingerprint() throws IOException {
        try {
            byte[] der = CertificateFactory.getInstance("X.509").generateCertificate(
                    new ByteArrayInputStream(Files.readAllBytes(StartTlsTest.KEYS.resolve("client-cert.pem"))))
                    .getEncoded();
            return HexFormat.ofDelimiter(":").withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
