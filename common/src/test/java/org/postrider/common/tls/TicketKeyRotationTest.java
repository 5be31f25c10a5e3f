package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postrider.common.wire.TicketKeys;

/** An hour for new tickets, another hour for those that are there. */
class TicketKeyRotationTest {
    private Instant now = Instant.parse("2026-11-21T06:00:00Z");
    private final TicketKeyRotation rotation = new TicketKeyRotation(Duration.ofHours(1), () -> now);

    @Test
    void aKeyServesTwoHours() {
        TicketKeys first = rotation.keys();
        assertThat(first.keys()).hasSize(1);
        assertThat(first.fresh()).isEqualTo(Duration.ofHours(1));
        now = now.plusSeconds(3599);
        assertThat(rotation.keys().keys()).isEqualTo(first.keys());
        now = now.plusSeconds(1);
        TicketKeys second = rotation.keys();
        assertThat(second.keys()).hasSize(2).endsWith(first.keys().getFirst());
        now = now.plusSeconds(3600);
        assertThat(rotation.keys().keys()).hasSize(2).doesNotContain(first.keys().getFirst());
    }

    @Test
    void keysThatNobodyAskedForAreForgotten() {
        TicketKeys first = rotation.keys();
        assertThat(rotation.isInUse()).isTrue();
        now = now.plusSeconds(7200);
        assertThat(rotation.isInUse()).isFalse();
        assertThat(rotation.keys().keys()).hasSize(1).doesNotContainAnyElementsOf(first.keys());
    }

    @Test
    void aClockThatGoesBackKeepsNothing() {
        TicketKeys first = rotation.keys();
        now = now.minusSeconds(10);
        assertThat(rotation.keys().keys()).hasSize(1).doesNotContainAnyElementsOf(first.keys());
    }

    @Test
    void aLogDoesNotHaveTheSecret() {
        String secret = rotation.keys().keys().getFirst().text().substring(32);
        assertThat(rotation.keys().toString()).doesNotContain(secret);
    }
}
