package org.postrider.common.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.Tables;

/** How much of TLS is logged for one peer. */
class TlsLogLevelsTest {
    private static final Path HERE = Path.of("/");

    private static int level(String usual, String maps) {
        Parameters parameters = Parameters
                .of(Map.of("smtpd_tls_loglevel", usual, "smtpd_tls_loglevel_maps", maps));
        return new TlsLogLevels(TlsLogLevels.Settings.of(parameters, "smtpd_tls_"),
                new Tables(HERE, InstantSource.system()))
                .of("a.b.example", "192.0.2.7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"3; ; 3", "'2,trace'; ; 2", "none; ; 0", "5; ; 0",
            "0; inline:{{a.b.example=1}}; 1", "0; inline:{{.b.example=2}}; 2", "0; inline:{{.example=3,trace}}; 3",
            "0; inline:{{192.0.2.7=4}}; 4", "1; inline:{{192.0.2=0}}; 0", "1; inline:{{other=2}}; 1",
            "1; inline:{{a.b.example=high}}; 1", "1; fail:x; 1", "0; inline:{{a.b.example=1}, {192.0.2.7=2}}; 1",
            "0; regexp:{{/^192\\.0\\.2\\./ 2}}; 2"})
    void aTableKnowsBetter(String usual, String maps, int level) {
        assertThat(level(usual, maps == null ? "" : maps)).isEqualTo(level);
    }
}
