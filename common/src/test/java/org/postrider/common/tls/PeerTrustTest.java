package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chain is peer.test, Lower of tests, Middle of tests; Root of tests is known, or one of the others. */
class PeerTrustTest {
    private static List<X509Certificate> read(String name) throws Exception {
        try (InputStream in = PeerTrustTest.class.getResourceAsStream("/chain/" + name)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast).toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"root, 0, UNTRUSTED", "root, 1, UNTRUSTED", "root, 2, UNTRUSTED", "root, 3, TRUSTED",
            "root, 9, TRUSTED",
            "middle, 1, UNTRUSTED", "middle, 2, TRUSTED", "lower, 0, UNTRUSTED", "lower, 1, TRUSTED"})
    void theWayToTheAuthorityHasALimit(String known, int depth, PeerTrust.Finding expected) throws Exception {
        List<X509Certificate> chain = read("chain.pem");
        X509Certificate authority = switch (known) {
            case "root" -> read("root.pem").getFirst();
            case "middle" -> chain.get(2);
            default -> chain.get(1);
        };
        PeerTrust trust = PeerTrust.of(List.of(authority), false, depth);
        assertThat(trust.server(chain)).isEqualTo(expected);
        assertThat(trust.client(chain)).isEqualTo(expected);
    }

    /** Who shows more than is needed is not the worse for it. */
    @Test
    void theShortestWayCounts() throws Exception {
        List<X509Certificate> chain = read("chain.pem");
        X509Certificate root = read("root.pem").getFirst();
        assertThat(PeerTrust.of(List.of(root, chain.get(1)), false, 1).server(chain))
                .isEqualTo(PeerTrust.Finding.TRUSTED);
        assertThat(PeerTrust.of(chain.subList(0, 1), false, 0).server(chain)).isEqualTo(PeerTrust.Finding.TRUSTED);
    }

    @Test
    void withoutAuthoritiesNobodyIsTrusted() throws Exception {
        assertThat(PeerTrust.of(List.of(), false, 9).server(read("chain.pem"))).isEqualTo(PeerTrust.Finding.UNTRUSTED);
    }

    @Test
    void aCertificateForServersIsNoClientsUnlessItMayBe() throws Exception {
        PeerTrust trust = PeerTrust.of(read("hosts-root.pem"), false, 9);
        assertThat(trust.client(read("host.pem"))).isEqualTo(PeerTrust.Finding.UNTRUSTED);
        assertThat(trust.clientOrServer(read("host.pem"))).isEqualTo(PeerTrust.Finding.TRUSTED);
        assertThat(trust.clientOrServer(read("chain.pem"))).isEqualTo(PeerTrust.Finding.UNTRUSTED);
    }
}
