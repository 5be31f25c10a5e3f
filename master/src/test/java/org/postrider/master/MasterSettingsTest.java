package org.postrider.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

class MasterSettingsTest {
    @Test
    void directoriesAreWholePaths() {
        MasterSettings settings = MasterSettings
                .of(Parameters.of(Map.of("queue_directory", "/q", "process_id_directory",
                        "pid", "service_throttle_time", "2m")));
        assertThat(settings.pidDirectory()).isEqualTo(Path.of("/q/pid"));
        assertThat(settings.throttle()).isEqualTo(Duration.ofMinutes(2));
    }

    /** And not when the first daemon fails. */
    @Test
    void aWrongValueIsFoundAtOnce() {
        assertThatThrownBy(() -> MasterSettings.of(Parameters.of(Map.of("service_throttle_time", "soon"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("parameter service_throttle_time: bad time value or unit: soon");
    }
}
