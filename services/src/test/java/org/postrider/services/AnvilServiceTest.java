package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.ipc.ProtocolException;

/** Rates begin anew with every time unit: anvil's own, or the one that a request names. */
class AnvilServiceTest {
    private static final AnvilRequest CLIENT = new AnvilRequest(Kind.MESSAGE, "smtp:192.0.2.1");
    private static final AnvilRequest USER = new AnvilRequest(Kind.MESSAGE, "user/joe",
            Optional.of(Duration.ofHours(1)));

    private Instant now = Instant.parse("2026-11-21T06:20:26Z");
    private final AnvilService anvil = new AnvilService(
            AnvilService.Settings.of(Parameters.of(Map.of("myhostname", "a.example", "mydomain", "example"))),
            () -> now);

    private int rate(AnvilRequest request) {
        return anvil.count(request, new HashMap<>()).rate();
    }

    @Test
    void everyIdentHasItsTimeUnit() {
        assertThat(rate(CLIENT)).isEqualTo(1);
        assertThat(rate(USER)).isEqualTo(1);
        now = now.plusSeconds(61);
        assertThat(rate(CLIENT)).isEqualTo(1);
        assertThat(rate(USER)).isEqualTo(2);
        now = now.plusSeconds(3538);
        assertThat(rate(USER)).isEqualTo(3);
        now = now.plusSeconds(1);
        assertThat(rate(USER)).isEqualTo(1);
    }

    @Test
    void aRequestKeepsItsUnitOnTheWay() throws ProtocolException {
        assertThat(AnvilRequest.fromAttributes(USER.toAttributes())).isEqualTo(USER);
        assertThat(AnvilRequest.fromAttributes(CLIENT.toAttributes())).isEqualTo(CLIENT);
    }
}
