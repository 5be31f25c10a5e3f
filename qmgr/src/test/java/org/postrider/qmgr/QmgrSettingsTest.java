package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;

class QmgrSettingsTest {
    private final Map<String, String> main = new HashMap<>(Map.of("compatibility_level", "3.6"));

    private TransportSettings transport(String name, boolean overtaking) {
        return QmgrSettings.from(Parameters.of(main), Map.of("smtp", 7), overtaking).scheduler().transport()
                .apply(name);
    }

    @Test
    void theDefaultsArePostfixs() {
        assertThat(transport("smtp", true).slots()).isEqualTo(DeliverySlots.DEFAULT);
        assertThat(transport("smtp", true).recipients()).isEqualTo(RecipientLimits.DEFAULT);
        assertThat(transport("smtp", true).deliveryLimit()).isEqualTo(7);
        assertThat(transport("other", true).deliveryLimit()).isEqualTo(100);
    }

    @Test
    void aTransportsOwnSettingsComeFirst() {
        main.putAll(Map.of("smtp_delivery_slot_cost", "3", "default_delivery_slot_loan", "1",
                "smtp_delivery_slot_discount", "20", "smtp_minimum_delivery_slots", "4", "smtp_recipient_limit", "500",
                "smtp_extra_recipient_limit", "50", "default_recipient_refill_limit", "10",
                "smtp_recipient_refill_delay", "2s"));
        assertThat(transport("smtp", true).slots()).isEqualTo(new DeliverySlots(3, 1, 20, 4));
        assertThat(transport("relay", true).slots()).isEqualTo(new DeliverySlots(5, 1, 50, 3));
        assertThat(transport("smtp", true).recipients())
                .isEqualTo(new RecipientLimits(500, 50, 10, Duration.ofSeconds(2)));
    }

    @Test
    void withTheOldQueueManagerNobodyOvertakes() {
        assertThat(transport("smtp", false).slots().enabled()).isFalse();
    }

    @Test
    void warningsAreHelpful() {
        assertThat(QmgrSettings.from(Parameters.of(main), Map.of(), true).scheduler().clog())
                .isEqualTo(new ClogWarnings(Duration.ofSeconds(300), 20_000));
        main.put("helpful_warnings", "no");
        assertThat(QmgrSettings.from(Parameters.of(main), Map.of(), true).scheduler().clog().interval()).isZero();
    }
}
