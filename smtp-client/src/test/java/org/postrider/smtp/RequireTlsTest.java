package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.testing.TextMessage;

/** REQUIRETLS and {@code TLS-Required: no} (RFC 8689). */
class RequireTlsTest {
    private static final String ZONE = """
            peer.test. A 127.0.0.1
            gone.test. A 127.0.0.9
            mail.test. MX 10 peer.test.
            """;
    private static final TextMessage MESSAGE = new TextMessage("Subject: x\n\nhello\n");

    private static ClientRig rig(String... settings) {
        String[] all = new String[settings.length + 2];
        all[0] = "smtp_tls_CAfile";
        all[1] = TlsHost.KEYS.resolve("ca.pem").toString();
        System.arraycopy(settings, 0, all, 2, settings.length);
        return new ClientRig(Protocol.SMTP, ZONE, all);
    }

    private static DeliveryReport deliver(ClientRig rig, int options, String nexthop) {
        return rig.deliver(ClientRig.request(DeliveryRequest.MARK_DONE, "", options, nexthop, "u@x.test"), MESSAGE);
    }

    private static DeliveryReport deliver(ClientRig rig, String nexthop) {
        return deliver(rig, DeliveryRequest.REQUIRE_TLS, nexthop);
    }

    private static String at(TlsHost host) {
        return "[peer.test]:" + host.port();
    }

    private static List<String> senders(TlsHost host) {
        return host.said().stream().filter(line -> line.contains("MAIL FROM")).toList();
    }

    @Test
    void aServerThatProvesItsNameAndOffersItIsAskedForIt() throws IOException {
        try (TlsHost host = new TlsHost("peer").requireTls(); ClientRig rig = rig()) {
            assertThat(deliver(rig, at(host)).someRemain()).isFalse();
            assertThat(senders(host)).singleElement().asString().startsWith("tls:MAIL FROM:<sender@example.com>")
                    .endsWith(" REQUIRETLS");
        }
    }

    @Test
    void mailThatDoesNotAskGoesWithout() throws IOException {
        try (TlsHost host = new TlsHost("peer").requireTls();
                ClientRig rig = rig("smtp_tls_security_level", "may")) {
            assertThat(deliver(rig, 0, at(host)).someRemain()).isFalse();
            assertThat(senders(host)).singleElement().asString().doesNotContain("REQUIRETLS");
        }
    }

    @Test
    void aServerWithoutItGetsNothingAndTheSenderHears() throws IOException {
        try (TlsHost host = new TlsHost("peer"); ClientRig rig = rig()) {
            assertThat(deliver(rig, at(host)).someRemain()).isFalse();
            assertThat(rig.kept()).containsExactly("BOUNCE u@x.test 5.7.30 REQUIRETLS is required, but was not offered "
                    + "by host peer.test[127.0.0.1]");
            assertThat(senders(host)).isEmpty();
        }
    }

    @Test
    void aServerWithoutTlsOrAnotherNameGetsNothingAndTheSenderHears() throws IOException {
        try (TlsHost clear = new TlsHost("peer").offers(false);
                TlsHost self = new TlsHost("self").requireTls();
                TlsHost breaks = new TlsHost("peer").breaks();
                TlsHost refuses = new TlsHost("peer").startReply("554 5.7.0 no");
                TlsHost later = new TlsHost("peer").startReply("454 4.7.0 not now");
                ClientRig rig = rig()) {
            for (TlsHost host : List.of(clear, self, breaks, refuses, later)) {
                deliver(rig, at(host));
                assertThat(senders(host)).isEmpty();
            }
            assertThat(rig.kept()).containsExactly(
                    "BOUNCE u@x.test 5.7.10 TLS is required, but was not offered by host peer.test[127.0.0.1]",
                    "BOUNCE u@x.test 5.7.10 Server certificate not verified",
                    "BOUNCE u@x.test 5.7.10 Cannot start TLS: handshake failure",
                    "BOUNCE u@x.test 5.7.10 TLS is required, but host peer.test[127.0.0.1] refused to start TLS: "
                            + "554 5.7.0 no",
                    "DEFER u@x.test 4.7.4 TLS is required, but host peer.test[127.0.0.1] refused to start TLS: "
                            + "454 4.7.0 not now");
        }
    }

    @Test
    void theNameOfAnUnsignedMxRecordProvesNothing() throws IOException {
        try (TlsHost host = new TlsHost("peer").requireTls();
                ClientRig verify = rig("smtp_tls_security_level", "verify");
                ClientRig named = rig("smtp_tls_policy_maps",
                        "inline:{{[peer.test]=none},{mail.test:%d=verify match=peer.test}}"
                                .formatted(host.port()))) {
            deliver(verify, "mail.test:" + host.port());
            assertThat(verify.kept()).containsExactly("BOUNCE u@x.test 5.7.10 Server certificate not verified");
            assertThat(deliver(verify, 0, "mail.test:" + host.port()).someRemain()).isFalse();
            assertThat(deliver(named, "mail.test:" + host.port()).someRemain()).isFalse();
            assertThat(named.kept()).isEmpty();
        }
    }

    @Test
    void theNextHostMayHaveIt() throws IOException {
        try (TlsHost without = new TlsHost("peer");
                TlsHost with = new TlsHost("peer").requireTls();
                ClientRig rig = rig()) {
            assertThat(deliver(rig, at(without) + ", " + at(with)).someRemain()).isFalse();
            assertThat(senders(without)).isEmpty();
            assertThat(senders(with)).hasSize(1);
            assertThat(rig.kept()).isEmpty();
        }
    }

    @Test
    void whoWasNotReachedMayHaveItTomorrow() throws IOException {
        try (TlsHost without = new TlsHost("peer"); ClientRig rig = rig()) {
            assertThat(deliver(rig, "[gone.test]:1, " + at(without)).someRemain()).isTrue();
            assertThat(rig.kept()).singleElement().asString().startsWith("DEFER u@x.test 4.4.1 connect to gone.test");
        }
    }

    @Test
    void policySaysWhereItIsKeptLessStrictly() throws IOException {
        try (TlsHost clear = new TlsHost("peer").offers(false);
                TlsHost self = new TlsHost("self");
                TlsHost offers = new TlsHost("self").requireTls();
                ClientRig some = rig("smtp_requiretls_policy", "inline:{{.test=opportunistic}}, enforce",
                        "smtp_tls_security_level", "may");
                ClientRig starts = rig("smtp_requiretls_policy", "opportunistic+starttls")) {
            assertThat(deliver(some, at(clear)).someRemain()).isFalse();
            assertThat(senders(clear)).singleElement().asString().startsWith("MAIL").doesNotContain("REQUIRETLS");
            assertThat(deliver(some, at(offers)).someRemain()).isFalse();
            assertThat(senders(offers)).singleElement().asString().startsWith("tls:MAIL").endsWith(" REQUIRETLS");
            assertThat(deliver(starts, at(self)).someRemain()).isFalse();
            assertThat(senders(self)).singleElement().asString().startsWith("tls:MAIL").doesNotContain("REQUIRETLS");
            assertThat(deliver(starts, at(clear)).someRemain()).isFalse();
            assertThat(starts.kept()).containsExactly(
                    "BOUNCE u@x.test 5.7.10 TLS is required, but was not offered by host peer.test[127.0.0.1]");
        }
    }

    @Test
    void theStockPolicyTrustsAddressesAndOwnDomains() throws IOException {
        try (TlsHost clear = new TlsHost("peer").offers(false); ClientRig rig = rig("mydomain", "test")) {
            assertThat(deliver(rig, "[127.0.0.1]:" + clear.port()).someRemain()).isFalse();
            assertThat(deliver(rig, at(clear)).someRemain()).isFalse();
            assertThat(rig.kept()).isEmpty();
        }
    }

    @Test
    void aPolicyThatSaysNothingSensibleDefers() throws IOException {
        try (TlsHost host = new TlsHost("peer").requireTls();
                ClientRig rig = rig("smtp_requiretls_policy", "inline:{{peer.test=sometimes}}")) {
            assertThat(deliver(rig, at(host)).someRemain()).isTrue();
            assertThat(rig.kept()).containsExactly("DEFER u@x.test 4.7.5 client TLS configuration problem");
        }
        assertThatThrownBy(() -> rig("smtp_requiretls_policy", "sometimes")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void lettersAboutFailuresAreNotHeldUp() throws IOException {
        DeliveryRequest ordinary = ClientRig.request(DeliveryRequest.MARK_DONE, "", DeliveryRequest.REQUIRE_TLS, "x",
                "u@x.test");
        try (TlsHost clear = new TlsHost("peer").offers(false);
                TlsHost offers = new TlsHost("peer").requireTls();
                ClientRig rig = rig("smtp_tls_security_level", "may")) {
            for (TlsHost host : List.of(clear, offers)) {
                assertThat(
                        rig.deliver(new DeliveryRequest(ordinary.flags(), "active", "ABC123", 0, 25, "smtp", at(host),
                                "", DeliveryRequest.REQUIRE_TLS, "", "", 0, ordinary.times(), ordinary.attributes(),
                                ordinary.recipients()), MESSAGE).someRemain())
                        .isFalse();
            }
            assertThat(senders(clear)).containsExactly("MAIL FROM:<> SIZE=25");
            assertThat(senders(offers)).containsExactly("tls:MAIL FROM:<> REQUIRETLS");
        }
    }

    @Test
    void itCanBeTurnedOff() throws IOException {
        try (TlsHost clear = new TlsHost("peer").offers(false); ClientRig rig = rig("requiretls_enable", "no")) {
            assertThat(deliver(rig, at(clear)).someRemain()).isFalse();
            assertThat(senders(clear)).hasSize(1);
        }
    }

    @Test
    void aKeptSessionInTheClearIsNotTaken() throws IOException {
        try (TlsHost host = new TlsHost("peer").requireTls();
                ClientRig rig = rig("smtp_connection_cache_destinations", "[peer.test]:" + host.port())) {
            assertThat(deliver(rig, 0, at(host)).someRemain()).isFalse();
            assertThat(deliver(rig, at(host)).someRemain()).isFalse();
            assertThat(senders(host)).hasSize(2);
            assertThat(senders(host).getFirst()).startsWith("MAIL");
            assertThat(senders(host).getLast()).startsWith("tls:MAIL").endsWith("REQUIRETLS");
        }
    }

    @Test
    void mailThatNeedsNoTlsGoesInTheClear() throws IOException {
        try (TlsHost clear = new TlsHost("peer").offers(false);
                TlsHost breaks = new TlsHost("peer").breaks();
                TlsHost self = new TlsHost("self");
                ClientRig rig = rig("smtp_tls_security_level", "verify", "smtp_connection_cache_destinations",
                        "[peer.test]:" + clear.port());
                ClientRig deaf = rig("smtp_tls_security_level", "verify", "tls_required_enable", "no")) {
            for (TlsHost host : List.of(clear, breaks, self)) {
                assertThat(deliver(rig, DeliveryRequest.TLS_NOT_REQUIRED, at(host)).someRemain()).isFalse();
            }
            assertThat(senders(clear)).singleElement().asString().startsWith("MAIL");
            assertThat(senders(self)).singleElement().asString().startsWith("tls:MAIL");
            assertThat(deliver(deaf, DeliveryRequest.TLS_NOT_REQUIRED, at(clear)).someRemain()).isTrue();
            // The session in the clear is nobody else's.
            assertThat(deliver(rig, 0, at(clear)).someRemain()).isTrue();
            assertThat(senders(clear)).hasSize(1);
        }
    }

    @Test
    void aHeaderFieldDoesNotMakeUsShowAPassword() throws IOException {
        try (TlsHost clear = new TlsHost("peer").offers(false).auth("PLAIN", "235 2.7.0 welcome");
                ClientRig rig = rig("smtp_tls_security_level", "encrypt", "smtp_sasl_auth_enable", "yes",
                        "smtp_sasl_password_maps", "static:{user:secret}", "smtp_sasl_security_options",
                        "noanonymous")) {
            assertThat(deliver(rig, DeliveryRequest.TLS_NOT_REQUIRED, at(clear)).someRemain()).isTrue();
            assertThat(clear.said()).noneMatch(line -> line.contains("AUTH"));
        }
    }
}
