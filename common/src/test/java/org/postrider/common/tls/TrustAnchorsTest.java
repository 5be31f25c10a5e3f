package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chain is peer.test, Lower of tests, Middle of tests; Root of tests signed the last one. */
class TrustAnchorsTest {
    @TempDir
    private Path folder;

    private static byte[] content(String name) throws Exception {
        try (InputStream in = TrustAnchorsTest.class.getResourceAsStream("/chain/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static List<X509Certificate> chain() throws Exception {
        try (InputStream in = TrustAnchorsTest.class.getResourceAsStream("/chain/chain.pem")) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast).toList();
        }
    }

    private Path pem(String label, byte[] der) throws Exception {
        return Files.writeString(folder.resolve("anchor.pem"), "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n");
    }

    @ParameterizedTest
    @CsvSource({"root.pem, true", "root-expired.pem, false", "root-key.pem, true"})
    void theRootVouches(String name, boolean vouches) throws Exception {
        Path file = Files.write(folder.resolve(name), content(name));
        TrustAnchors anchors = TrustAnchors.read(List.of(file));
        assertThat(anchors.vouchFor(chain())).isEqualTo(vouches);
        assertThat(anchors.vouchFor(chain().subList(0, 2))).as("a certificate is missing on the way").isFalse();
    }

    /** Who stands in the middle of a chain needs nobody above it, nor does the server itself. What is expected was seen with posttls-finger -A. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void oneInTheChainVouches(int place) throws Exception {
        X509Certificate one = chain().get(place);
        TrustAnchors certificate = TrustAnchors.read(List.of(pem("CERTIFICATE", one.getEncoded())));
        TrustAnchors key = TrustAnchors.read(List.of(pem("PUBLIC KEY", one.getPublicKey().getEncoded())));
        assertThat(certificate.vouchFor(chain())).isTrue();
        assertThat(certificate.vouchFor(chain().subList(0, 2))).isTrue();
        assertThat(key.vouchFor(chain())).isTrue();
    }

    @Test
    void anyOfSeveralFilesWillDo() throws Exception {
        Path lower = pem("CERTIFICATE", chain().get(1).getEncoded());
        Path root = Files.write(folder.resolve("root.pem"), content("root-key.pem"));
        assertThat(TrustAnchors.read(List.of(lower, root)).vouchFor(chain())).isTrue();
        assertThat(TrustAnchors.read(List.of()).vouchFor(chain())).isFalse();
    }

    @Test
    void whatIsNoAnchorIsAnError() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no such thing\n");
        assertThatThrownBy(() -> TrustAnchors.read(List.of(text))).isInstanceOf(TlsException.class)
                .hasMessage(text + ": no trust anchors");
        assertThatThrownBy(() -> TrustAnchors.read(List.of(folder.resolve("none")))).isInstanceOf(TlsException.class);
        Path key = pem("PUBLIC KEY", new byte[]{1, 2, 3});
        assertThatThrownBy(() -> TrustAnchors.read(List.of(key))).isInstanceOf(TlsException.class)
                .hasMessage(key + ": a public key of a kind that is not known");
    }
}
