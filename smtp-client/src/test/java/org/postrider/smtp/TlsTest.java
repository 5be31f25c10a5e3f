package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.testing.TextMessage;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.Fingerprints;

/** Sessions over TLS, beside what Postfix 3.7 logs in the same cases. */
class TlsTest {
    private static final String ZONE = """
            peer.test. A 127.0.0.1
            a.wild.test. A 127.0.0.1
            other.test. A 127.0.0.1
            """;
    private static final String AUTHORITY = TlsHost.KEYS.resolve("ca.pem").toString();
    private static final String CIPHER = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange "
            + "X25519 server-signature RSA-PSS (2048 bits)";

    private static ClientRig rig(String... settings) {
        String[] all = new String[settings.length + 6];
        System.arraycopy(new String[]{"smtp_tls_CAfile", AUTHORITY, "smtp_tls_loglevel", "1", "tls_eecdh_auto_curves",
                "X25519"}, 0, all, 0, 6);
        System.arraycopy(settings, 0, all, 6, settings.length);
        return new ClientRig(Protocol.SMTP, ZONE, all);
    }

    private static String deferred(ClientRig rig) {
        assertThat(rig.kept()).hasSize(1);
        return rig.kept().getFirst();
    }

    private static void assertLogged(ClientRig rig, String line) {
        assertThat(rig.log().stream().map(text -> text.replaceAll("TLSv1\\.3 with cipher TLS_\\w+ \\(\\d+/\\d+ bits\\)",
                "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)")).toList()).contains(line);
    }

    @Test
    void whatIsOfferedIsUsed() throws IOException {
        try (TlsHost host = new TlsHost("peer"); ClientRig rig = rig("smtp_tls_security_level", "may")) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(host.said()).startsWith("EHLO client.example", "STARTTLS", "tls:EHLO client.example")
                    .anyMatch(line -> line.startsWith("tls:MAIL FROM"));
            assertThat(host.names()).containsExactly("[]");
            assertLogged(rig, "Trusted TLS connection established to peer.test[127.0.0.1]:" + host.port() + ": "
                    + CIPHER);
        }
    }

    @Test
    void howMuchIsLoggedCanBeSaidForEveryServer() throws IOException {
        for (String map : List.of("peer.test=1", ".test=1", "127.0.0.1=1, trace", "127.0=2")) {
            try (TlsHost host = new TlsHost("peer");
                    ClientRig rig = rig("smtp_tls_security_level", "may", "smtp_tls_loglevel", "0",
                            "smtp_tls_loglevel_maps", "inline:{{" + map + "}}")) {
                rig.deliver("[peer.test]:" + host.port(), "u@x.test");
                assertThat(rig.log()).as(map).anyMatch(line -> line.startsWith("Trusted TLS connection established"));
            }
        }
        for (String map : List.of("inline:{{other.test=1}}", "inline:{{peer.test=0}, {127.0.0.1=1}}", "fail:x")) {
            try (TlsHost host = new TlsHost("peer");
                    ClientRig rig = rig("smtp_tls_security_level", "may", "smtp_tls_loglevel", "0",
                            "smtp_tls_loglevel_maps", map)) {
                rig.deliver("[peer.test]:" + host.port(), "u@x.test");
                assertThat(rig.log()).as(map).noneMatch(line -> line.contains("TLS connection established"));
            }
        }
    }

    @Test
    void anUntrustedServerIsBetterThanNoneWhereThatWillDo() throws IOException {
        try (TlsHost host = new TlsHost("self"); ClientRig rig = rig("smtp_tls_security_level", "encrypt")) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertLogged(rig, "Untrusted TLS connection established to peer.test[127.0.0.1]:" + host.port() + ": "
                    + CIPHER);
        }
    }

    @Test
    void whatIsNotOfferedIsMissedOnlyWhereItMustBe() throws IOException {
        try (TlsHost host = new TlsHost("peer").offers(false);
                ClientRig may = rig("smtp_tls_security_level", "may");
                ClientRig must = rig("smtp_tls_security_level", "encrypt")) {
            assertThat(may.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(must.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(must)).isEqualTo("DEFER u@x.test 4.7.4 TLS is required, but was not offered by host "
                    + "peer.test[127.0.0.1]");
            assertThat(host.said()).filteredOn(line -> line.startsWith("MAIL")).hasSize(1);
        }
    }

    @Test
    void aHandshakeThatFailsLeavesTheClearWhereThatWillDo() throws IOException {
        try (TlsHost host = new TlsHost("peer").breaks();
                ClientRig may = rig("smtp_tls_security_level", "may");
                ClientRig must = rig("smtp_tls_security_level", "encrypt")) {
            assertThat(may.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(may.log()).contains("ABC123: Cannot start TLS: handshake failure");
            assertThat(must.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(must)).isEqualTo("DEFER u@x.test 4.7.5 Cannot start TLS: handshake failure");
        }
    }

    @Test
    void aServerThatTakesItBackGetsTheClearWhereThatWillDo() throws IOException {
        try (TlsHost host = new TlsHost("peer").startReply("454 4.7.0 not now");
                ClientRig may = rig("smtp_tls_security_level", "may");
                ClientRig must = rig("smtp_tls_security_level", "encrypt")) {
            assertThat(may.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(must.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(must)).isEqualTo("DEFER u@x.test 4.7.4 TLS is required, but host peer.test[127.0.0.1] "
                    + "refused to start TLS: 454 4.7.0 not now");
        }
    }

    @Test
    void whatComesInTheClearBeforeTheHandshakeIsNoReply() throws IOException {
        try (TlsHost host = new TlsHost("peer").startReply("220 go\r\n250 2.0.0 I am your mail server");
                ClientRig rig = rig("smtp_tls_security_level", "encrypt")) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(rig)).isEqualTo("DEFER u@x.test 4.7.5 Cannot start TLS: handshake failure");
        }
    }

    @Test
    void whatAnswersBeforeItIsAskedIsLeftWhereThatIsWanted() throws IOException {
        for (String wanted : List.of("yes", "no")) {
            try (TlsHost host = new TlsHost("peer").hurries();
                    ClientRig rig = rig("smtp_tls_security_level", "may", "smtp_tls_block_early_mail_reply", wanted)) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain())
                        .isEqualTo(wanted.equals("yes"));
                assertThat(host.said().stream().anyMatch(line -> line.contains("MAIL FROM")))
                        .isEqualTo(wanted.equals("no"));
            }
        }
    }

    @Test
    void aServerProvesItsName() throws IOException {
        try (TlsHost host = new TlsHost("peer"); ClientRig rig = rig("smtp_tls_security_level", "verify")) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(rig.deliver("[a.wild.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertLogged(rig, "Verified TLS connection established to peer.test[127.0.0.1]:" + host.port() + ": "
                    + CIPHER);
            assertThat(rig.kept()).isEmpty();
            assertThat(rig.deliver("[other.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(rig)).isEqualTo("DEFER u@x.test 4.7.5 Server certificate not verified");
            assertLogged(rig, "server certificate verification failed for other.test[127.0.0.1]:" + host.port()
                    + ": num=62:hostname mismatch");
            assertLogged(rig, "Untrusted TLS connection reused to other.test[127.0.0.1]:" + host.port() + ": "
                    + CIPHER);
        }
    }

    @Test
    void aServerThatNobodyVouchesForProvesNothing() throws IOException {
        try (TlsHost host = new TlsHost("self"); ClientRig rig = rig("smtp_tls_security_level", "secure")) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(rig)).isEqualTo("DEFER u@x.test 4.7.5 Server certificate not verified");
            assertLogged(rig, "certificate verification failed for peer.test[127.0.0.1]:" + host.port()
                    + ": self-signed certificate");
            assertThat(host.said()).noneMatch(line -> line.contains("MAIL FROM"));
        }
    }

    /** Files of trust anchors take the place of smtp_tls_CAfile, for all servers or those of a policy. */
    @Test
    void anchorsAloneVouchForAServer() throws Exception {
        String self = TlsHost.KEYS.resolve("self-cert.pem").toString();
        try (TlsHost host = new TlsHost("peer")) {
            String nexthop = "[peer.test]:" + host.port();
            try (ClientRig right = rig("smtp_tls_security_level", "verify", "smtp_tls_CAfile", self,
                    "smtp_tls_trust_anchor_file", AUTHORITY);
                    ClientRig wrong = rig("smtp_tls_security_level", "verify", "smtp_tls_trust_anchor_file", self);
                    ClientRig policy = rig("smtp_tls_security_level", "verify", "smtp_tls_trust_anchor_file", self,
                            "smtp_tls_policy_maps", "inline:{{" + nexthop + "=secure match=peer.test tafile=" + self
                                    + " tafile=" + AUTHORITY + "}}");
                    ClientRig missing = rig("smtp_tls_security_level", "secure", "smtp_tls_trust_anchor_file",
                            "/nonexistent/anchors.pem");
                    ClientRig untested = rig("smtp_tls_security_level", "encrypt", "smtp_tls_trust_anchor_file",
                            "/nonexistent/anchors.pem")) {
                assertThat(right.deliver(nexthop, "u@x.test").someRemain()).isFalse();
                assertLogged(right, "Verified TLS connection established to peer.test[127.0.0.1]:" + host.port() + ": "
                        + CIPHER);
                assertThat(wrong.deliver(nexthop, "u@x.test").someRemain()).isTrue();
                assertThat(deferred(wrong)).isEqualTo("DEFER u@x.test 4.7.5 Server certificate not verified");
                assertThat(policy.deliver(nexthop, "u@x.test").someRemain()).isFalse();
                assertThat(missing.deliver(nexthop, "u@x.test").someRemain()).isTrue();
                assertThat(deferred(missing)).startsWith("DEFER u@x.test 4.7.5 ");
                assertThat(untested.deliver(nexthop, "u@x.test").someRemain()).isFalse();
            }
        }
    }

    @Test
    void aServerIsKnownByItsFingerprint() throws Exception {
        byte[] pem = Files.readAllBytes(TlsHost.KEYS.resolve("self-cert.pem"));
        String print = new Fingerprints("sha256")
                .ofPublicKey(Credential.certificates(pem, "self-cert.pem").getFirst());
        try (TlsHost host = new TlsHost("self");
                ClientRig known = rig("smtp_tls_policy_maps", "inline:{{[peer.test]:" + host.port()
                        + "=fingerprint match=00:11|" + print.toLowerCase(java.util.Locale.ROOT) + "}}",
                        "smtp_tls_fingerprint_digest", "sha256");
                ClientRig unknown = rig("smtp_tls_security_level", "fingerprint", "smtp_tls_fingerprint_cert_match",
                        "00:11", "smtp_tls_fingerprint_digest", "sha256")) {
            assertThat(known.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertLogged(known, "Verified TLS connection established to peer.test[127.0.0.1]:" + host.port() + ": "
                    + CIPHER);
            assertThat(unknown.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(unknown)).isEqualTo("DEFER u@x.test 4.7.5 Server certificate not verified");
        }
    }

    @Test
    void wrapperModeAndOurOwnCertificateAndTheServersName() throws IOException {
        try (TlsHost host = new TlsHost("peer").wrapper();
                ClientRig rig = rig("smtp_tls_wrappermode", "yes", "smtp_tls_security_level", "encrypt",
                        "smtp_tls_servername", "hostname", "smtp_tls_cert_file",
                        TlsHost.KEYS.resolve("self-cert.pem").toString(), "smtp_tls_key_file",
                        TlsHost.KEYS.resolve("self-key.pem").toString())) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(host.said()).startsWith("tls:EHLO client.example").doesNotContain("tls:STARTTLS");
            assertThat(host.names()).anyMatch(name -> name.contains("CN=self.test"))
                    .anyMatch(name -> name.contains("peer.test"));
            assertLogged(rig, "Trusted TLS connection established to peer.test[127.0.0.1]:" + host.port()
                    + " to peer.test: " + CIPHER + " client-signature RSA-PSS (2048 bits)");
        }
    }

    @Test
    void filesThatCanNotBeUsedMeanNoTls() throws IOException {
        try (TlsHost host = new TlsHost("peer");
                ClientRig may = rig("smtp_tls_security_level", "may", "smtp_tls_cert_file", "/nonexistent/cert.pem");
                ClientRig must = rig("smtp_tls_security_level", "encrypt", "smtp_tls_cert_file",
                        "/nonexistent/cert.pem")) {
            assertThat(may.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(must.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
            assertThat(deferred(must))
                    .isEqualTo("DEFER u@x.test 4.7.5 TLS is required, but our TLS engine is unavailable");
        }
    }

    @Test
    void offersAreNotedWherePolicyDoesNotWantThem() throws IOException {
        try (TlsHost host = new TlsHost("peer");
                ClientRig rig = rig("smtp_tls_security_level", "none", "smtp_tls_note_starttls_offer", "yes")) {
            assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
            assertThat(rig.log()).contains("Host offered STARTTLS: [peer.test]");
        }
    }

    @Test
    void encryptedSessionsAreKeptWhenThatIsAllowed() throws IOException {
        int flags = DeliveryRequest.MARK_DONE | DeliveryRequest.CONNECTION_LOAD | DeliveryRequest.CONNECTION_STORE;
        for (String reuse : new String[]{"yes", "no"}) {
            try (TlsHost host = new TlsHost("peer");
                    ClientRig rig = rig("smtp_tls_security_level", "encrypt", "smtp_tls_connection_reuse", reuse)) {
                for (int i = 0; i < 2; i++) {
                    rig.deliver(ClientRig.request(flags, "", 0, "[peer.test]:" + host.port(), "u@x.test"),
                            new TextMessage("x\n"));
                }
                assertThat(host.names()).hasSize(reuse.equals("yes") ? 1 : 2);
                assertThat(rig.kept()).isEmpty();
            }
        }
    }

    @Test
    void weSayWhoWeAre() throws IOException {
        try (TlsHost host = new TlsHost("peer").auth("PLAIN LOGIN CRAM-MD5", "235 2.7.0 welcome")) {
            String table = "inline:{{[peer.test]:" + host.port() + "=tim:tanstaaftanstaaf}}";
            try (ClientRig rig = rig("smtp_tls_security_level", "none", "smtp_sasl_auth_enable", "yes",
                    "smtp_sasl_password_maps", table)) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
                // RFC 2195 section 2 has this answer to this challenge.
                assertThat(host.said()).contains("AUTH CRAM-MD5", java.util.Base64.getEncoder().encodeToString(
                        "tim b913a602c7eda7a495b4e6e7334d3890".getBytes(StandardCharsets.ISO_8859_1)));
            }
            try (ClientRig rig = rig("smtp_tls_security_level", "encrypt", "smtp_sasl_auth_enable", "yes",
                    "smtp_sasl_password_maps", table, "smtp_sasl_tls_security_options", "noanonymous",
                    "smtp_sasl_mechanism_filter", "plain")) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
                assertThat(host.said()).contains("tls:AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
            }
            try (ClientRig rig = rig("smtp_tls_security_level", "encrypt", "smtp_sasl_auth_enable", "yes",
                    "smtp_sasl_password_maps", table, "smtp_sasl_tls_security_options", "noanonymous",
                    "smtp_sasl_mechanism_filter", "plain", "send_cyrus_sasl_authzid", "yes")) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
                assertThat(host.said()).contains("tls:AUTH PLAIN " + java.util.Base64.getEncoder()
                        .encodeToString("tim\0tim\0tanstaaftanstaaf".getBytes(StandardCharsets.ISO_8859_1)));
            }
            try (ClientRig rig = rig("smtp_tls_security_level", "none", "smtp_sasl_auth_enable", "yes",
                    "smtp_sasl_password_maps", table, "smtp_sasl_mechanism_filter", "!cram-md5, static:all")) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
                assertThat(deferred(rig)).isEqualTo("DEFER u@x.test 4.7.0 SASL authentication failed; cannot "
                        + "authenticate to server peer.test[127.0.0.1]: no mechanism available");
                assertThat(rig.log()).contains("SASL authentication failure: No worthy mechs found");
            }
        }
    }

    @Test
    void aServerThatDoesNotBelieveUsIsTriedAgainUnlessThatIsNotWanted() throws IOException {
        try (TlsHost host = new TlsHost("peer").auth("LOGIN", "535 5.7.8 bad credentials")) {
            String table = "inline:{{sender@example.com=own:pass}, {peer.test=other:pass}}";
            String[] settings = {"smtp_tls_security_level", "none", "smtp_sasl_auth_enable", "yes",
                    "smtp_sasl_password_maps", table, "smtp_sasl_security_options", "noanonymous",
                    "smtp_sender_dependent_authentication", "yes", "smtp_sasl_auth_soft_bounce", "yes"};
            try (ClientRig rig = rig(settings)) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
                assertThat(deferred(rig)).isEqualTo("DEFER u@x.test 4.7.8 SASL authentication failed; server "
                        + "peer.test[127.0.0.1] said: 535 5.7.8 bad credentials");
                assertThat(host.said()).containsSequence("AUTH LOGIN", "b3du", "cGFzcw==");
            }
            settings[settings.length - 1] = "no";
            try (ClientRig rig = rig(settings)) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isFalse();
                assertThat(rig.kept().getFirst()).startsWith("BOUNCE u@x.test 5.7.8 SASL authentication failed; ");
            }
        }
    }

    /** smtp_sasl_auth_cache_name: a server locks accounts that guess passwords, and we would guess with every message. */
    @Test
    void aLoginThatWasRefusedIsNotTriedAgain(@TempDir Path folder) throws IOException {
        try (TlsHost host = new TlsHost("peer").auth("LOGIN", "535 5.7.8 bad credentials")) {
            String[] settings = {"smtp_tls_security_level", "none", "smtp_sasl_auth_enable", "yes",
                    "smtp_sasl_security_options", "noanonymous", "smtp_sasl_auth_cache_name",
                    "proxy:lmdb:" + folder.resolve("refused"), "smtp_sasl_password_maps",
                    "inline:{peer.test=own:pass}"};
            for (String said : List.of("", "[CACHED] ", "[CACHED] ")) {
                try (ClientRig rig = rig(settings)) {
                    assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
                    assertThat(deferred(rig)).isEqualTo("DEFER u@x.test 4.7.8 SASL " + said
                            + "authentication failed; server peer.test[127.0.0.1] said: 535 5.7.8 bad credentials");
                }
            }
            assertThat(host.said()).containsOnlyOnce("AUTH LOGIN");
            settings[settings.length - 1] = "inline:{peer.test=own:other}";
            try (ClientRig rig = rig(settings)) {
                assertThat(rig.deliver("[peer.test]:" + host.port(), "u@x.test").someRemain()).isTrue();
                assertThat(deferred(rig)).contains("SASL authentication failed");
            }
        }
    }
}
