package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.smtpd.ScramClient.encoded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.tls.ServerEndPoint;

/** {@code smtpd_sasl_type = tables} over real connections. */
class TableLoginTest {
    private static final String PENCIL = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
            + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    private static DaemonHarness set(DaemonHarness harness, Path users) {
        return StartTlsTest.set(harness).set("smtpd_sasl_auth_enable", "yes").set("smtpd_sasl_type", "tables")
                .set("smtpd_sasl_password_maps", "texthash:" + users)
                .set("smtpd_sasl_security_options", "noanonymous, noplaintext")
                .set("smtpd_sasl_tls_security_options", "noanonymous");
    }

    private static String binding(SSLSocket tls) throws IOException {
        X509Certificate shown = (X509Certificate) tls.getSession().getPeerCertificates()[0];
        return new String(ServerEndPoint.of(shown).orElseThrow(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void scramIsBoundToTheCertificateInNewSessionsAndOldOnes(@TempDir Path directory) throws IOException {
        Path users = Files.writeString(directory.resolve("users"), "user " + PENCIL + "\n");
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness, users).set("smtpd_sasl_mechanisms", "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN")
                    .startInet(new Smtpd(), "submission");
            SSLContext context = TlsClient.context(false);
            for (int i = 0; i < 2; i++) {
                try (TlsClient peer = new TlsClient(port)) {
                    assertThat(peer.reply()).startsWith("220 ");
                    assertThat(peer.say("EHLO client.example")).contains("250-AUTH SCRAM-SHA-256\n");
                    assertThat(peer.say("STARTTLS")).startsWith("220 ");
                    String binding = binding(peer.encrypt(context, "mail.example.com"));
                    assertThat(peer.say("EHLO client.example"))
                            .contains("250-AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN\n");
                    ScramClient client = new ScramClient("p=tls-server-end-point,,", binding, "user", "pencil");
                    String challenge = peer.say("AUTH SCRAM-SHA-256-PLUS " + client.first());
                    assertThat(challenge).startsWith("334 ");
                    String signature = peer.say(client.last(challenge.substring(4).strip()));
                    assertThat(signature).startsWith("334 ");
                    assertThat(client.believes(signature.substring(4).strip())).isTrue();
                    assertThat(peer.say("")).isEqualTo("235 2.7.0 Authentication successful\n");
                    assertThat(peer.say("QUIT")).startsWith("221 ");
                }
            }
        }
    }

    @Test
    void someAreNotToldAndSomeMechanismsAreNotOffered(@TempDir Path directory) throws IOException {
        Path users = Files.writeString(directory.resolve("users"), "joe {PLAIN}secret\n");
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness, users).set("smtpd_sasl_exceptions_networks", "127.0.0.0/8")
                    .set("smtpd_tls_wrappermode", "yes").startInet(new Smtpd(), "smtps");
            try (TlsClient peer = new TlsClient(port)) {
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).doesNotContain("AUTH");
                // Not told, and still let in: so has postconf(5) it.
                assertThat(peer.say("AUTH PLAIN " + encoded("\0joe\0secret"))).startsWith("235 ");
            }
        }
        try (DaemonHarness harness = new DaemonHarness(Files.createDirectory(directory.resolve("filtered")))) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness, users).set("smtpd_sasl_mechanism_filter", "!login, static:all")
                    .set("smtpd_tls_wrappermode", "yes").startInet(new Smtpd(), "smtps");
            try (TlsClient peer = new TlsClient(port)) {
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).contains("250-AUTH PLAIN\n");
                assertThat(peer.say("AUTH LOGIN")).startsWith("535 5.7.8 ");
                assertThat(peer.say("AUTH PLAIN")).isEqualTo("334 \n");
                assertThat(peer.say("A".repeat(12_300))).isEqualTo("500 5.5.6 SASL response limit exceeded\n");
                assertThat(peer.say("AUTH PLAIN")).isEqualTo("334 \n");
                assertThat(peer.say(encoded("\0joe\0" + "x".repeat(9000)))).startsWith("535 5.7.8 ");
            }
        }
    }

    @Test
    void repliesToAllThatCanHappen(@TempDir Path directory) throws IOException {
        Path users = Files.writeString(directory.resolve("users"), "joe {PLAIN}secret\nbad bare\n");
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness, users).startInet(new Smtpd(), "submission");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("EHLO client.example")).doesNotContain("AUTH");
                assertThat(peer.say("AUTH PLAIN " + encoded("\0joe\0secret"))).startsWith("535 5.7.8 ");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.say("EHLO client.example")).contains("250-AUTH PLAIN LOGIN\n");
                assertThat(peer.say("AUTH SCRAM-SHA-256")).startsWith("535 5.7.8 ");
                assertThat(peer.say("AUTH PLAIN " + encoded("\0joe\0wrong")))
                        .isEqualTo("535 5.7.8 Error: authentication failed: authentication failure\n");
                assertThat(peer.say("AUTH PLAIN " + encoded("\0nobody\0secret")))
                        .isEqualTo("535 5.7.8 Error: authentication failed: authentication failure\n");
                assertThat(peer.say("AUTH PLAIN " + encoded("\0bad\0bare"))).isEqualTo(
                        "454 4.7.0 Temporary authentication failure: the user database is not available\n");
                assertThat(peer.say("AUTH LOGIN")).isEqualTo("334 VXNlcm5hbWU6\n");
                assertThat(peer.say(encoded("joe"))).isEqualTo("334 UGFzc3dvcmQ6\n");
                assertThat(peer.say(encoded("secret"))).isEqualTo("235 2.7.0 Authentication successful\n");
            }
        }
    }
}
