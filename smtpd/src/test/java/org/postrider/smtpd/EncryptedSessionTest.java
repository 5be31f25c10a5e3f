package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.testing.FakePolicyServer;

/** What a session counts for before and after encryption. */
class EncryptedSessionTest {
    private static final String JOE = "AUTH PLAIN AGpvZQBzZWNyZXQ=";
    private static final String ATTRIBUTES = "encryption_protocol encryption_cipher encryption_keysize ccert_subject"
            + " ccert_issuer ccert_fingerprint ccert_pubkey_fingerprint sasl_method sasl_username";

    @TempDir
    private Path directory;

    /** RFC 3207 section 4.2: somebody else may have said it. */
    @Test
    void whoLoggedInInTheClearIsAStrangerUnderTls() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("smtpd_sasl_auth_enable", "yes")
                    .set("smtpd_sasl_type", "tables").set("smtpd_sasl_password_maps", "inline:{joe={PLAIN}secret}")
                    .set("smtpd_client_restrictions", "permit_sasl_authenticated, reject")
                    .startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).contains("250-AUTH ");
                assertThat(peer.say(JOE)).startsWith("235 ");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.say("EHLO client.example")).contains("250-AUTH ");
                assertThat(recipient(peer)).startsWith("554 5.7.1 ");
                assertThat(peer.say("RSET")).startsWith("250 ");
                assertThat(peer.say(JOE)).startsWith("235 ");
                assertThat(recipient(peer)).startsWith("250 ");
            }
        }
    }

    private static String recipient(TlsClient peer) throws IOException {
        assertThat(peer.say("MAIL FROM:<a@b.c>")).startsWith("250 ");
        return peer.say("RCPT TO:<user@example.com>");
    }

    @Test
    void policyServersHearOfEncryptionAndOfTheCertificate() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory); FakePolicyServer policies = new FakePolicyServer()) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("smtpd_tls_ask_ccert", "yes")
                    .set("smtpd_tls_CAfile", StartTlsTest.KEYS.resolve("client-cert.pem").toString())
                    .set("smtpd_recipient_restrictions", "check_policy_service { " + policies.address()
                            + ", { policy_context = show " + ATTRIBUTES + " } }")
                    .startInet(new Smtpd(), "smtp");
            try (TlsClient peer = StartTlsTest.started(port)) {
                SSLSocket tls = peer.encrypt(TlsClient.context(true), "mail.example.com", "TLSv1.2");
                assertThat(peer.say("EHLO client.example")).startsWith("250-");
                assertThat(recipient(peer)).contains(" encryption_protocol=TLSv1.2 encryption_cipher=ECDHE-")
                        .containsPattern(
                                "encryption_keysize=(128|256) ccert_subject=client\\.example ccert_issuer=client\\.example")
                        .containsPattern("ccert_fingerprint=([0-9A-F]{2}:){31}[0-9A-F]{2} ")
                        .containsPattern("ccert_pubkey_fingerprint=([0-9A-F]{2}:){31}[0-9A-F]{2} ")
                        .contains(" sasl_method= sasl_username=");
                assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.2");
            }
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).startsWith("250-");
                assertThat(recipient(peer)).contains(
                        " encryption_protocol= encryption_cipher= encryption_keysize=0 ccert_subject= ccert_issuer= ccert_fingerprint= ");
            }
        }
    }
}
