package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;

class Utf8DetectionTest {
    private static Utf8Detection of(String classes, String enabled) {
        return Utf8Detection
                .of(Parameters.of(Map.of("smtputf8_autodetect_classes", classes, "smtputf8_enable", enabled)));
    }

    @Test
    void classesAreListed() {
        assertThat(of("sendmail, verify", "yes").flag("sendmail")).isEqualTo(CleanupClient.DETECT_UTF8);
        assertThat(of("sendmail, verify", "yes").flag("smtpd")).isZero();
        assertThat(of("all", "yes").flag("smtpd")).isEqualTo(CleanupClient.DETECT_UTF8);
        assertThat(of("all", "no").flag("smtpd")).isZero();
        assertThatThrownBy(() -> of("bogus", "yes"))
                .hasMessage("unknown smtputf8_autodetect_classes value \"bogus\" in \"bogus\"");
    }
}
