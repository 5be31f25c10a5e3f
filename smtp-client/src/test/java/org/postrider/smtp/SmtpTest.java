package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;

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
        Parameters parameters = Parameters.of(Map.of("myhostname", "a.example", "lmtp_tls_security_level", "encrypt",
                "smtp_discard_ehlo_keywords", "Pipelining, dsn"));
        ClientSettings smtp = ClientSettings.of(parameters, Protocol.SMTP);
        ClientSettings lmtp = ClientSettings.of(parameters, Protocol.LMTP);
        assertThat(smtp.tlsRequired()).isFalse();
        assertThat(lmtp.tlsRequired()).isTrue();
        assertThat(smtp.ignoredKeywords()).containsExactlyInAnyOrder("pipelining", "dsn");
        assertThat(smtp.helloName()).isEqualTo("a.example");
        assertThat(lmtp.defaultPort()).isEqualTo("24");
    }
}
