package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.Tables;

class SmtpTest {
    @Test
    void knownPorts() {
        assertThat(Smtp.knownPorts("lmtp=24, smtp=25, smtps=submissions=465"))
                .isEqualTo(Map.of("lmtp", 24, "smtp", 25, "smtps", 465, "submissions", 465));
        assertThatThrownBy(() -> Smtp.knownPorts("smtp=x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ownAddresses() {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        InetAddress proxy = InetAddress.ofLiteral("192.0.2.7");
        OwnAddresses own = OwnAddresses
                .of(Parameters.of(Map.of("inet_interfaces", "loopback-only", "proxy_interfaces", "192.0.2.7")));
        assertThat(own.test(loopback)).isTrue();
        assertThat(own.test(proxy)).isTrue();
        assertThat(OwnAddresses.of(Parameters.of(Map.of("inet_interfaces", "192.0.2.1"))).test(loopback)).isFalse();
    }

    @Test
    void settingsOfBothProtocols() {
        Parameters parameters = Parameters
                .of(Map.of("myhostname", "a.example", "smtp_discard_ehlo_keywords", "Pipelining, dsn"));
        ClientSettings smtp = ClientSettings.of(parameters, Protocol.SMTP);
        ClientSettings lmtp = ClientSettings.of(parameters, Protocol.LMTP);
        assertThat(smtp.ignoredKeywords()).containsExactlyInAnyOrder("pipelining", "dsn");
        assertThat(smtp.helloName()).isEqualTo("a.example");
        assertThat(lmtp.defaultPort()).isEqualTo("24");
    }

    @Test
    void tlsPolicy() {
        Parameters parameters = Parameters.of(Map.of("lmtp_enforce_tls", "yes", "smtp_tls_policy_maps",
                "inline:{{a.example=may},{.example=encrypt ciphers=high},{[h.test]:26=odd}}", "smtp_tls_security_level",
                "May"));
        Tables tables = new Tables(Path.of("/"), InstantSource.system());
        TlsPolicy smtp = TlsPolicy.of(parameters, Protocol.SMTP, tables);
        assertThat(obstacle(smtp, "a.example")).isEmpty();
        assertThat(obstacle(smtp, "B.C.example")).contains(new Trouble.NeedsTls());
        assertThat(obstacle(smtp, "[h.test]:26")).contains(new Trouble.BadTlsPolicy());
        assertThat(obstacle(smtp, "other.test")).isEmpty();
        assertThat(smtp.obstacle(Nexthop.list("a.example", Protocol.SMTP).getFirst(), 32)).isPresent();
        assertThat(obstacle(TlsPolicy.of(parameters, Protocol.LMTP, tables), "inet:h.test"))
                .contains(new Trouble.NeedsTls());
    }

    private static Optional<Trouble> obstacle(TlsPolicy policy, String nexthop) {
        return policy.obstacle(Nexthop.list(nexthop, Protocol.SMTP).getFirst(), 0);
    }
}
