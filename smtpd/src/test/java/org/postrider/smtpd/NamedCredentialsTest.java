package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsFiles;

class NamedCredentialsTest {
    private static final Path CHAIN = StartTlsTest.KEYS.resolve("sni-chain.pem");
    /** Keys of two kinds; files go on in each other. */
    private static final String BOTH = CHAIN + ", " + StartTlsTest.KEYS.resolve("ec-key.pem") + " "
            + StartTlsTest.KEYS.resolve("ec-cert.pem");

    private final TlsFiles files = new TlsFiles();

    private NamedCredentials keeping(int most) {
        return new NamedCredentials(files,
                new CredentialFiles(CredentialFiles.Settings.of(Parameters.of(Map.of()), "smtpd_tls_"), files), most);
    }

    @Test
    void whatWasReadIsReadOnce() throws IOException {
        String stored = Base64.getEncoder().encodeToString(Files.readAllBytes(CHAIN));
        for (String value : List.of(stored, CHAIN.toString(), BOTH)) {
            NamedCredentials names = keeping(2);
            List<Credential> first = names.of(value, "one.example");
            assertThat(first).isNotEmpty();
            assertThat(names.of(value, "two.example")).isSameAs(first);
        }
    }

    @Test
    void whatWasUsedLastIsKept() {
        NamedCredentials names = keeping(1);
        List<Credential> first = names.of(CHAIN.toString(), "one.example");
        List<Credential> other = names.of(BOTH, "two.example");
        assertThat(names.of(BOTH, "two.example")).isSameAs(other);
        assertThat(names.of(CHAIN.toString(), "one.example")).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void whatCanNotBeReadIsTriedAgain(@TempDir Path folder) throws IOException {
        NamedCredentials names = keeping(1);
        Path later = folder.resolve("later.pem");
        assertThat(names.of(later.toString(), "one.example")).isEmpty();
        Files.copy(CHAIN, later);
        // One handshake asks more than once: it hears the same for a tenth of a second.
        Awaitility.await().atMost(Duration.ofMinutes(1))
                .until(() -> !names.of(later.toString(), "one.example").isEmpty());
    }
}
