package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsWordsTest {
    @ParameterizedTest
    @CsvSource({"TLS_AES_256_GCM_SHA384, TLS_AES_256_GCM_SHA384, 256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, ECDHE-RSA-AES256-GCM-SHA384, 256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-ECDSA-CHACHA20-POLY1305, 256",
            "TLS_RSA_WITH_AES_128_CBC_SHA, AES128-SHA, 128", "TLS_RSA_WITH_3DES_EDE_CBC_SHA, DES-CBC3-SHA, 112"})
    void ciphersHaveTheNamesOfOpenSsl(String java, String openssl, int bits) {
        assertThat(new CipherName(java).openssl()).isEqualTo(openssl);
        assertThat(new CipherName(java).bits()).isEqualTo(bits);
    }

    @Test
    void ciphersAreMeantByNameOrByWord() {
        CipherName cipher = new CipherName("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
        assertThat(cipher.isAmong(Set.of("ecdhe-rsa-aes128-sha"))).isTrue();
        assertThat(cipher.isAmong(Set.of("AES128"))).isTrue();
        assertThat(cipher.isAmong(Set.of("kRSA", "ECDHE+AES256", "aECDSA", "MD5", "aNULL"))).isFalse();
        assertThat(cipher.isAmong(Set.of("ECDHE+AES128"))).isTrue();
    }

    @Test
    void protocolsAreBoundedListedOrExcluded() throws TlsException {
        assertThat(Protocols.parse(List.of(">=TLSv1"))).containsExactly("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
        assertThat(Protocols.parse(List.of("!SSLv2", "!SSLv3", "!TLSv1", "!TLSv1.1"))).containsExactly("TLSv1.2",
                "TLSv1.3");
        assertThat(Protocols.parse(List.of("tlsv1.2"))).containsExactly("TLSv1.2");
        assertThat(Protocols.parse(List.of(">=TLSv1.1", "<=TLSv1.2"))).containsExactly("TLSv1.1", "TLSv1.2");
        assertThat(Protocols.parse(List.of())).hasSize(4);
        assertThatThrownBy(() -> Protocols.parse(List.of("TLSv9"))).isInstanceOf(TlsException.class)
                .hasMessageContaining("TLSv9");
    }

    @Test
    void namesInCertificatesCanNotBreakLines() {
        assertThat(CertificateNames.common(new X500Principal("CN=\"a\nb\", O=Example"))).isEqualTo("a?b");
        assertThat(CertificateNames.issuer(new X500Principal("O=Example"))).isEqualTo("Example");
        assertThat(CertificateNames.common(new X500Principal("O=Example"))).isEmpty();
    }

    @Test
    void aKeyWithoutItsCertificateIsRefused() throws NoSuchAlgorithmException {
        String key = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(
                        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        assertThatThrownBy(() -> chains(key)).hasMessage("No certs for key at index 1 in /etc/key.pem");
        assertThatThrownBy(() -> chains("")).hasMessage("No PEM data in /etc/key.pem");
        assertThatThrownBy(() -> chains(
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----\n"))
                .hasMessageContaining("passphrase");
    }

    private static List<Credential> chains(String text) throws TlsException {
        return Credential.chains(text.getBytes(StandardCharsets.US_ASCII), "/etc/key.pem", "disabling TLS support");
    }

    @Test
    void namesInFull() {
        assertThat(CertificateNames.all(new X500Principal("CN=a\u00e9.example, O=Example, C=NL")))
                .isEqualTo("/C=NL/O=Example/CN=a?.example");
    }
}
