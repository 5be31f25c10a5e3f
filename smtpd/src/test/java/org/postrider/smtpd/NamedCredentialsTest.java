package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsException;
import org.postrider.common.tls.TlsFiles;

class NamedCredentialsTest {
    private static final Path CHAIN = StartTlsTest.KEYS.resolve("sni-chain.pem");

    private final TlsFiles files = new TlsFiles();

    private NamedCredentials keeping(int most) {
        return new NamedCredentials(files,
                new CredentialFiles(CredentialFiles.Settings.of(Parameters.of(Map.of()), "smtpd_tls_"), files), most);
    }

    @Test
    void whatWasReadIsReadOnce() throws TlsException, IOException {
        String stored = Base64.getEncoder().encodeToString(Files.readAllBytes(CHAIN));
        for (String value : List.of(stored, CHAIN.toString(), CHAIN + ", " + CHAIN)) {
            NamedCredentials names = keeping(2);
            List<Credential> first = names.of(value, "one.example");
            assertThat(first).isNotEmpty();
            assertThat(names.of(value, "two.example")).isSameAs(first);
        }
    }

    @Test
    void whatWasUsedLastIsKept() throws TlsException {
        NamedCredentials names = keeping(1);
        List<Credential> first = names.of(CHAIN.toString(), "one.example");
        List<Credential> other = names.of(CHAIN + "," + CHAIN, "two.example");
        assertThat(names.of(CHAIN + "," + CHAIN, "two.example")).isSameAs(other);
        assertThat(names.of(CHAIN.toString(), "one.example")).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void whatCanNotBeReadIsTriedAgain(@TempDir Path folder) throws TlsException, IOException {
        NamedCredentials names = keeping(1);
        Path later = folder.resolve("later.pem");
        assertThatThrownBy(() -> names.of(later.toString(), "one.example")).isInstanceOf(TlsException.class);
        Files.copy(CHAIN, later);
        assertThat(names.of(later.toString(), "one.example")).isNotEmpty();
    }
}
