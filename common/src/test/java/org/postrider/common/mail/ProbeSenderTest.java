package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbeSenderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_795_286_914);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void anAddressThatStays() {
        ProbeSender sender = ProbeSender.of("double-bounce", "example.com", Duration.ZERO);
        assertThat(sender.at(NOW)).isEqualTo("double-bounce@example.com");
        assertThat(sender.matches("Double-Bounce@example.com", NOW)).isTrue();
        assertThat(sender.matches("other@example.com", NOW)).isFalse();
    }

    @Test
    void anAddressThatChanges() {
        ProbeSender sender = ProbeSender.of("probe@example.com", "x", HOUR);
        String address = sender.at(NOW);
        assertThat(address).matches("probe[A-Z]{4}@example\\.com").isNotEqualTo(sender.at(NOW.plus(HOUR)));
        assertThat(sender.matches(address, NOW.plus(HOUR))).isTrue();
        assertThat(sender.matches(address, NOW.minus(HOUR))).isTrue();
        assertThat(sender.matches(address, NOW.plus(HOUR.multipliedBy(3)))).isFalse();
        assertThat(sender.matches("probe@example.com", NOW)).isFalse();
    }

    @Test
    void theNullSenderIsNobody() {
        ProbeSender sender = ProbeSender.of("", "example.com", HOUR);
        assertThat(sender.at(NOW)).isEmpty();
        assertThat(sender.matches("", NOW)).isFalse();
    }
}
