package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.config.Parameters;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsException;
import org.postrider.common.tls.TlsFiles;

/** What the log says of key and certificate files that can't be used: Postfix's words, of which tests/ServiceCasesBesidePostfixTest asks it. */
class KeyFileWordsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String name : List.of("rsa-key.pem", "rsa-cert.pem", "ec-key.pem", "ec-cert.pem", "client-key.pem")) {
            Files.copy(StartTlsTest.KEYS.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("rubbish"), "rubbish\n");
        Files.writeString(folder.resolve("no-certificate"),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve("no-key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("both"), content("rsa-cert.pem") + content("rsa-key.pem"));
        Files.writeString(folder.resolve("two"),
                content("rsa-key.pem") + content("rsa-cert.pem") + content("ec-key.pem") + content("rsa-cert.pem"));
    }

    private String content(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private CredentialFiles of(String... settings) {
        Parameters parameters = Parameters.of(Map.of());
        for (int i = 0; i < settings.length; i += 2) {
            parameters = parameters.with(Map.of("smtpd_tls_" + settings[i], settings[i + 1].isEmpty()
                    ? ""
                    : settings[i + 1].replaceAll("(\\S+)", folder + "/$1")));
        }
        return new CredentialFiles(CredentialFiles.Settings.of(parameters, "smtpd_tls_"), new TlsFiles());
    }

    private List<String> complaint(CredentialFiles files) {
        return catchThrowableOfType(TlsException.class, files::credentials).lines().stream()
                .map(line -> line.replace(folder + "/", "").replaceFirst("^(TLS library problem): .*", "$1")).toList();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = {
            "missing, rsa-key.pem, cannot get RSA certificate from file \"missing\": disabling TLS support, true",
            "rubbish, rsa-key.pem, cannot get RSA certificate from file \"rubbish\": disabling TLS support, true",
            "no-certificate, rsa-key.pem, cannot get RSA certificate from file \"no-certificate\": disabling TLS support, true",
            "rsa-cert.pem, missing, cannot get RSA private key from file \"missing\": disabling TLS support, true",
            "rsa-cert.pem, rubbish, cannot get RSA private key from file \"rubbish\": disabling TLS support, true",
            "rsa-cert.pem, client-key.pem, cannot get RSA private key from file \"client-key.pem\": disabling TLS support, true",
            "rsa-cert.pem, ec-key.pem, RSA private key in ec-key.pem does not match public key in rsa-cert.pem: disabling TLS support, false"})
    void pairs(String certificate, String key, String words, boolean withProblem) {
        assertThat(complaint(of("cert_file", certificate, "key_file", key)))
                .isEqualTo(withProblem ? List.of(words, "TLS library problem") : List.of(words));
    }

    @Test
    void aPairIsCalledByItsParameter() {
        assertThat(complaint(of("eccert_file", "ec-cert.pem", "eckey_file", "missing")))
                .startsWith("cannot get ECDSA private key from file \"missing\": disabling TLS support");
    }

    @ParameterizedTest
    @CsvSource({"missing, error opening chain file: missing: No such file or directory",
            "rubbish, No PEM data in rubbish", "rsa-cert.pem, error loading chain from rsa-cert.pem: key not first",
            "rsa-key.pem, No certs for key at index 1 in rsa-key.pem",
            "rsa-key.pem ec-key.pem rsa-cert.pem, error loading certificate chain: key at index 1 in rsa-key.pem not followed by a certificate",
            "client-key.pem rsa-cert.pem, key at index 1 in client-key.pem does not match next certificate",
            "two, key at index 3 in two does not match next certificate",
            "rsa-key.pem rsa-cert.pem rsa-key.pem rsa-cert.pem, key at index 1 in rsa-key.pem does not match next certificate",
            "rsa-key.pem no-certificate, error loading certificate (PEM object number 1) from no-certificate",
            "no-key rsa-cert.pem, error loading private key (PEM object number 1) from no-key"})
    void chains(String names, String words) {
        List<String> lines = complaint(of("chain_files", names));
        assertThat(lines.getFirst()).isEqualTo(words);
        if (!names.equals("missing")) {
            assertThat(lines.getLast()).isEqualTo(
                    "error loading private keys and certificates from: " + names + ": disabling TLS support");
        }
    }

    @Test
    void aFileWithBothMayBeInAnyOrder() throws TlsException {
        assertThat(of("cert_file", "both").credentials()).hasSize(1);
        assertThat(complaint(of("cert_file", "rubbish"))).containsExactly("No PEM data in rubbish",
                "error loading private keys and certificates from: rubbish: disabling TLS support");
        assertThat(complaint(of("cert_file", "missing")))
                .containsExactly("error opening chain file: missing: No such file or directory");
    }

    @Test
    void authoritiesAreThereOrNot() {
        CredentialFiles files = of("CAfile", "rubbish", "CApath", "nowhere");
        assertThat(catchThrowableOfType(TlsException.class, files::authorities)).hasMessageContaining("no certificate");
        assertThat(files.settings().authorityNames().replace(folder + "/", ""))
                .isEqualTo("CAfile=\"rubbish\", CApath=\"nowhere\"");
    }
}
