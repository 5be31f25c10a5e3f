package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessLimitsTest {
    @Test
    void whatMasterPutsIsReadFromTheSnapshot() {
        Parameters parameters = Parameters.of(Map.of("default_process_limit", "7", "compatibility_level", "3.6"));
        MasterCf file = MasterCf.parse("""
                smtp unix - - n - - smtp
                127.0.0.1:25 inet n - n - 3 smtpd
                free unix - - n - 0 discard
                """, "master.cf", parameters);
        Map<String, String> snapshot = new HashMap<>();

        ProcessLimits.put(file.entries(), snapshot);

        assertThat(ProcessLimits.in(Parameters.of(snapshot)))
                .isEqualTo(Map.of("smtp", 7, "127.0.0.1:25", 3, "free", Integer.MAX_VALUE));
        assertThat(ProcessLimits.in(parameters)).isEmpty();
    }
}
