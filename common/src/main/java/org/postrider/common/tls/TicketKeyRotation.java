package org.postrider.common.tls;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.postrider.common.wire.TicketKey;
import org.postrider.common.wire.TicketKeys;

/**
 * Makes keys of session tickets and lets them go: a key makes tickets for the time that a session can be taken up, and takes tickets
 * for as long again. Then it is forgotten, and nobody can read what was said under it. Keys are in memory only. Safe for many threads.
 */
public final class TicketKeyRotation {
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private record Made(TicketKey key, Instant at) {}

    private final Duration lifetime;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Deque<Made> made = new ArrayDeque<>();
    private Instant asked = Instant.EPOCH;

    /** @param lifetime how long a session can be taken up; less than a minute is a minute */
    public TicketKeyRotation(Duration lifetime, InstantSource clock) {
        this.lifetime = lifetime.compareTo(SHORTEST) < 0 ? SHORTEST : lifetime;
        this.clock = clock;
    }

    /** The keys of this moment. */
    public synchronized TicketKeys keys() {
        Instant now = clock.instant();
        asked = now;
        // A clock that was set back would keep a key for longer than it may live.
        made.removeIf(one -> one.at.isAfter(now) || !one.at.plus(lifetime).plus(lifetime).isAfter(now));
        if (made.isEmpty() || !made.getFirst().at.plus(lifetime).isAfter(now)) {
            made.addFirst(new Made(TicketKey.random(random), now));
        }
        return new TicketKeys(made.stream().map(Made::key).toList(),
                Duration.between(now, made.getFirst().at.plus(lifetime)));
    }

    /** True while somebody may come with a ticket that these keys open. */
    public synchronized boolean isInUse() {
        return asked.plus(lifetime).plus(lifetime).isAfter(clock.instant());
    }
}
