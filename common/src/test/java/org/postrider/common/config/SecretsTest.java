package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    private Path directory;

    private String value(String sources, String text) {
        Map<String, String> settings = Map.of("secret_sources", sources, "x", text);
        return Secrets.allowedBy(settings, Map.of("A", "1$2", "B", "")).putInto(settings).get("x");
    }

    @Test
    void variablesAndFilesArePutIn() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "top$ecret\n\n");

        assertThat(value("environment", "<$ENV{A}>$y${z}$$ENV{A}$ENV{B}")).isEqualTo("<1$$2>$y${z}$$ENV{A}");
        assertThat(value("environment " + directory, "$FILE{" + file + "}")).isEqualTo("top$$ecret");
        assertThat(Parameters.of(Map.of("relayhost", value("environment", "$ENV{A}"))).string("relayhost"))
                .isEqualTo("1$2");
        assertThat(value("environment", "$ENV{A")).isEqualTo("$ENV{A");
    }

    @Test
    void nothingIsPutInUnlessAllowed() {
        assertThat(value("", "$ENV{A}")).isEqualTo("$ENV{A}");
        assertThatThrownBy(() -> value("/etc", "$ENV{A}"))
                .hasMessage("parameter x: secret_sources does not allow environment");
        assertThatThrownBy(() -> value("environment", "$FILE{/etc/passwd}"))
                .hasMessage("parameter x: secret_sources does not allow /etc/passwd");
        assertThatThrownBy(() -> value("/run/secrets", "$FILE{/run/secrets/../passwd}"))
                .hasMessage("parameter x: secret_sources does not allow /run/secrets/../passwd");
        assertThatThrownBy(() -> value("environment", "$ENV{NONE}"))
                .hasMessage("parameter x: environment variable NONE is not set");
        assertThatThrownBy(() -> value(directory.toString(), "$FILE{" + directory + "/none}"))
                .hasMessage("parameter x: can't read " + directory + "/none");
    }

    @Test
    void aSnapshotHasTheSecretsOfServicesToo() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "s3\n");
        Files.writeString(directory.resolve("main.cf"),
                "compatibility_level = 3.6\nsecret_sources = " + directory + "\nsmtpd_banner = $FILE{" + file + "}\n");
        Files.writeString(directory.resolve("master.cf"),
                "a unix - - n - - smtp -o { relayhost = [$FILE{" + file + "}] }\n");

        Configuration configuration = Configuration.read(directory,
                new HostFacts("h.example.org", List.of(), Optional.empty()));

        assertThat(configuration.parameters().string("smtpd_banner")).isEqualTo("s3");
        assertThat(configuration.parameters(configuration.services().getFirst()).string("relayhost")).isEqualTo("[s3]");
    }
}
