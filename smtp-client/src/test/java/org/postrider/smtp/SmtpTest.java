package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
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
        assertThat(smtp.oddities().keywords()).containsExactlyInAnyOrder("pipelining", "dsn");
        assertThat(smtp.helloName()).isEqualTo("a.example");
        assertThat(lmtp.defaultPort()).isEqualTo("24");
    }

    /** A value of any kind for any parameter: it is read, or refused in the words of a configuration error. */
    @Test
    void whateverIsSetIsReadOrRefused() {
        int refused = 0;
        for (Parameter parameter : ParameterCatalogue.standard().parameters()) {
            if (!parameter.name().startsWith("smtp_") && !parameter.name().startsWith("lmtp_")) {
                continue;
            }
            for (String value : List.of("", "-1", "x y", "$", "{", "99999999999999999999", "\u00ff", "[::1", "a=b,=")) {
                Parameters parameters = Parameters
                        .of(Map.of("myhostname", "a.example", parameter.name(), value));
                Protocol protocol = parameter.name().startsWith("smtp_") ? Protocol.SMTP : Protocol.LMTP;
                try {
                    ClientSettings.of(parameters, protocol);
                } catch (ConfigurationException e) {
                    assertThat(e.getMessage()).isNotBlank();
                    refused++;
                } catch (RuntimeException e) {
                    throw new AssertionError(parameter.name() + " = " + value, e);
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void tlsPolicy() throws TroubleException {
        Parameters parameters = Parameters.of(Map.of("lmtp_enforce_tls", "yes", "lmtp_tls_security_level", "",
                "smtp_tls_policy_maps",
                "inline:{{a.example=may},{.example=encrypt ciphers=high exclude=RC4:DES},{[h.test]:26=odd},"
                        + "{s.test=secure match=mx.s.test:.s.test servername=hostname},{d.test=dane},"
                        + "{do.test=dane-only},{t.test=secure tafile=/nonexistent/x},{e.test=encrypt tafile=/x},{f.test=fingerprint match=AA:BB|CC:DD}}",
                "smtp_tls_security_level", "May"));
        TlsPolicy smtp = policy(parameters, Protocol.SMTP);
        assertThat(demand(smtp, "a.example").level()).isEqualTo(TlsLevel.MAY);
        assertThat(demand(smtp, "B.C.example").level()).isEqualTo(TlsLevel.ENCRYPT);
        assertThat(demand(smtp, "B.C.example").excluded()).containsExactlyInAnyOrder("RC4", "DES");
        assertThat(demand(smtp, "other.test").level()).isEqualTo(TlsLevel.MAY);
        assertThat(demand(smtp, "d.test").level()).isEqualTo(TlsLevel.MAY);
        TlsDemand secure = demand(smtp, "s.test");
        assertThat(secure.names("h", "s.test")).containsExactly("mx.s.test", ".s.test");
        assertThat(secure.nameFor("mx", "s.test")).isEqualTo("mx");
        assertThat(demand(smtp, "f.test").match()).containsExactly("AA:BB", "CC:DD");
        assertThatThrownBy(() -> demand(smtp, "[h.test]:26")).isInstanceOf(TroubleException.class);
        assertThatThrownBy(() -> demand(smtp, "do.test")).isInstanceOf(TroubleException.class);
        assertThatThrownBy(() -> demand(smtp, "t.test")).isInstanceOf(TroubleException.class);
        assertThatThrownBy(() -> demand(smtp, "e.test")).isInstanceOf(TroubleException.class);
        assertThat(demand(policy(parameters, Protocol.LMTP), "inet:h.test").level())
                .isEqualTo(TlsLevel.VERIFY);
        assertThatThrownBy(() -> policy(parameters.with(Map.of("smtp_tls_security_level", "odd")), Protocol.SMTP))
                .hasMessageContaining("invalid TLS level \"odd\" in smtp_tls_security_level");
    }

    @Test
    void sitesThatWereListedLongAgoKeepTheirLevels() throws TroubleException {
        String table = "inline:{{d.test=MAY},{n.test=NONE},{m.test=must},{e.test=MUST_NOPEERMATCH},{bad.test=MAYBE},"
                + "{mx.test=NONE},{good.test=MUST}}";
        Parameters parameters = Parameters.of(Map.of("smtp_tls_per_site", table, "compatibility_level", "3.6"));
        TlsPolicy plain = policy(parameters, Protocol.SMTP);
        assertThat(site(plain, "other.test", "host.test")).isEqualTo(TlsLevel.NONE);
        assertThat(site(plain, "d.test", "host.test")).isEqualTo(TlsLevel.MAY);
        assertThat(site(plain, "d.test", "MX.test")).isEqualTo(TlsLevel.NONE);
        assertThat(site(plain, "e.test", "mx.test")).isEqualTo(TlsLevel.ENCRYPT);
        assertThat(site(plain, "e.test", "good.test")).isEqualTo(TlsLevel.VERIFY);
        assertThatThrownBy(() -> site(plain, "bad.test", "host.test")).isInstanceOf(TroubleException.class);
        TlsPolicy strict = policy(parameters.with(Map.of("smtp_tls_security_level", "encrypt")), Protocol.SMTP);
        assertThat(site(strict, "d.test", "host.test")).isEqualTo(TlsLevel.ENCRYPT);
        assertThat(site(strict, "n.test", "host.test")).isEqualTo(TlsLevel.NONE);
        TlsPolicy newer = policy(parameters.with(Map.of("smtp_tls_policy_maps", "inline:{x.test=may}")), Protocol.SMTP);
        assertThat(site(newer, "m.test", "host.test")).isEqualTo(TlsLevel.NONE);
    }

    private static TlsPolicy policy(Parameters parameters, Protocol protocol) {
        return new TlsPolicy(TlsClientSettings.of(parameters, protocol),
                new Tables(Path.of("/"), InstantSource.system()));
    }

    private static TlsLevel site(TlsPolicy policy, String nexthop, String host) throws TroubleException {
        return policy.demand(demand(policy, nexthop), nexthop(nexthop), host).level();
    }

    private static Nexthop nexthop(String text) {
        return Nexthop.list(text, Protocol.SMTP).getFirst();
    }

    private static TlsDemand demand(TlsPolicy policy, String nexthop) throws TroubleException {
        return policy.demand(nexthop(nexthop));
    }

    @Test
    void namesInCertificates() {
        ServerNames names = new ServerNames(List.of("mx.example.org", "*.wild.test"), false);
        assertThat(names.areFor(List.of("mx.example.org"))).isTrue();
        assertThat(names.areFor(List.of("example.org"))).isFalse();
        assertThat(names.areFor(List.of("no", ".example.org"))).isTrue();
        assertThat(names.areFor(List.of("a.wild.test"))).isTrue();
        assertThat(names.areFor(List.of("a.b.wild.test", "wild.test", "x", ""))).isFalse();
        ServerNames more = new ServerNames(List.of("*.wild.test"), true);
        assertThat(more.areFor(List.of("a.b.wild.test"))).isTrue();
        assertThat(more.areFor(List.of("wild.test", "a.other.test"))).isFalse();
    }
}
