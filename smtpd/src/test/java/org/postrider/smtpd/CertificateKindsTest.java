package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postrider.common.testing.DaemonHarness;

/** A server with an RSA and an ECDSA certificate shows each client the one that it knows. */
class CertificateKindsTest {
    private static final String NAME = "mail.example.com";
    private static final String RSA_SUITE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    private static final String EC_SUITE = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

    /**
     * What a client knows, and the kind of certificate that it is shown.
     *
     * @param suites of ciphers
     * @param schemes of signatures; those of PKCS#1 are for certificates in TLS 1.3
     */
    private record Client(String protocol, List<String> suites, String schemes, String shown) {
        /** The certificate that it gets. */
        X509Certificate meet(int port) throws IOException {
            try (TlsClient peer = new TlsClient(port)) {
                SSLSocket socket = peer.encrypt(TlsClient.context(false), NAME, parameters -> {
                    parameters.setProtocols(new String[]{protocol});
                    parameters.setCipherSuites(suites.toArray(String[]::new));
                    parameters.setSignatureSchemes(schemes.split(",", -1));
                });
                assertThat(peer.reply()).startsWith("220 ");
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
    }

    private static Stream<Client> clients() {
        List<String> newest = List.of("TLS_AES_128_GCM_SHA256");
        return Stream.of(new Client("TLSv1.3", newest, "rsa_pss_rsae_sha256,rsa_pkcs1_sha256", "RSA"),
                new Client("TLSv1.3", newest, "ecdsa_secp384r1_sha384,rsa_pss_rsae_sha256,rsa_pkcs1_sha256", "RSA"),
                new Client("TLSv1.3", newest, "ecdsa_secp256r1_sha256", "EC"),
                new Client("TLSv1.2", List.of(RSA_SUITE), "ecdsa_secp256r1_sha256,rsa_pkcs1_sha256", "RSA"),
                new Client("TLSv1.2", List.of(EC_SUITE, RSA_SUITE), "rsa_pkcs1_sha256", "RSA"),
                new Client("TLSv1.2", List.of(EC_SUITE), "ecdsa_secp256r1_sha256,rsa_pkcs1_sha256", "EC"),
                new Client("TLSv1.2", List.of(EC_SUITE, RSA_SUITE), "ecdsa_secp256r1_sha256", "EC"));
    }

    private static Stream<Client> clientsThatDoNotKnowRsa() {
        return clients().filter(client -> client.shown.equals("EC"));
    }

    private static DaemonHarness set(DaemonHarness harness) {
        return StartTlsTest.set(harness).set("smtpd_tls_wrappermode", "yes");
    }

    private static String files(String... names) {
        return Arrays.stream(names).map(name -> StartTlsTest.KEYS.resolve(name).toString())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void pairsOfFiles(Client client, @TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).startInet(new Smtpd(), "smtps");
            assertThat(client.meet(port).getPublicKey().getAlgorithm()).isEqualTo(client.shown);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void chains(Client client, @TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).set("smtpd_tls_cert_file", "").set("smtpd_tls_eccert_file", "")
                    .set("smtpd_tls_chain_files", files("rsa-key.pem", "rsa-cert.pem", "ec-key.pem", "ec-cert.pem"))
                    .startInet(new Smtpd(), "smtps");
            assertThat(client.meet(port).getPublicKey().getAlgorithm()).isEqualTo(client.shown);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void certificatesOfAName(Client client, @TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness).set("smtpd_tls_cert_file", "").set("smtpd_tls_eccert_file", "")
                    .set("smtpd_tls_chain_files", files("sni-chain.pem"))
                    .set("tls_server_sni_maps",
                            "inline:{ {" + NAME + "="
                                    + files("ec-key.pem", "ec-cert.pem", "rsa-key.pem", "rsa-cert.pem") + "} }")
                    .startInet(new Smtpd(), "smtps");
            X509Certificate shown = client.meet(port);
            assertThat(shown.getSubjectX500Principal().getName()).contains("CN=" + NAME);
            assertThat(shown.getPublicKey().getAlgorithm()).isEqualTo(client.shown);
        }
    }

    /** The certificates of a name are all that it has. */
    @ParameterizedTest
    @MethodSource("clientsThatDoNotKnowRsa")
    void othersDoNotTakeThePlaceOfANamesOwn(Client client, @TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = set(harness)
                    .set("tls_server_sni_maps", "inline:{ {" + NAME + "=" + files("sni-chain.pem") + "} }")
                    .startInet(new Smtpd(), "smtps");
            assertThatThrownBy(() -> client.meet(port)).isInstanceOf(IOException.class);
        }
    }
}
