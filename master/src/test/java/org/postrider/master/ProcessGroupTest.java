package org.postrider.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;

class ProcessGroupTest {
    private static ProcessGroup group(String line) {
        return ProcessGroup.of(
                MasterCf.parse(line + "\n", "master.cf", Parameters.of(Map.of())).entries().getFirst());
    }

    @Test
    void aHighLimitBringsMoreHeap() {
        assertThat(group("smtp inet n - y - - smtpd").moreHeap()).isZero();
        assertThat(group("smtp inet n - y - 1000 smtpd").moreHeap()).isZero();
        assertThat(group("smtp inet n - y - 1001 smtpd").moreHeap()).isEqualTo(64);
        assertThat(group("smtp inet n - y - 10000 smtpd").moreHeap()).isEqualTo(192);
    }

    @Test
    void clientsFromOutsideWithoutALimitAreMany() {
        assertThat(group("smtp inet n - y - 0 smtpd").moreHeap()).isEqualTo(192);
        assertThat(group("cleanup unix n - y - 0 cleanup").moreHeap()).isZero();
        assertThat(group("tlsmgr unix - - y - 20000 tlsmgr").moreHeap()).isZero();
    }

    @Test
    void servicesWithLikeLimitsShareAProcess() {
        ProcessGroup one = group("smtp inet n - y - 100 smtpd");
        assertThat(group("submission inet n - y - 900 smtpd")).isEqualTo(one);
        assertThat(group("submission inet n - y - 9000 smtpd")).isNotEqualTo(one);
        assertThat(group("smtp inet n - n - 100 smtpd")).isNotEqualTo(one);
    }
}
