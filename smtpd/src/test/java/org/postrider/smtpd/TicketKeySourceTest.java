package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postrider.common.wire.TicketKey;
import org.postrider.common.wire.TicketKeys;

class TicketKeySourceTest {
    private final AtomicInteger asked = new AtomicInteger();

    private TicketKeys answer(Duration fresh) {
        asked.incrementAndGet();
        return new TicketKeys(List.of(TicketKey.random(new SecureRandom())), fresh);
    }

    private static TicketKeySource source(TicketKeySource.Manager manager) {
        return new TicketKeySource(manager, Duration.ofHours(1), InstantSource.system());
    }

    @Test
    void tlsmgrIsAskedWhenKeysAreStale() {
        TicketKeySource source = source(() -> answer(Duration.ofHours(1)));
        assertThat(source.keys()).isSameAs(source.keys());
        assertThat(asked).hasValue(1);
        TicketKeySource stale = source(() -> answer(Duration.ZERO));
        assertThat(stale.keys()).isNotEqualTo(stale.keys());
        assertThat(asked).hasValue(3);
    }

    @Test
    void withoutTlsmgrTheProcessHasKeysOfItsOwn() {
        TicketKeySource source = source(() -> {
            asked.incrementAndGet();
            throw new IOException("connect to private/tlsmgr: Connection refused");
        });
        assertThat(source.keys().keys()).hasSize(1).isEqualTo(source.keys().keys());
        assertThat(asked).hasValue(1);
    }
}
