package org.postrider.qmgr;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A delivery service of master.cf with its destinations and the ring of jobs that can go on. Owned by the scheduler's thread. */
final class Transport {
    private final String name;
    private final Map<String, Destination> destinations = new HashMap<>();
    /** Jobs with at least one peer believed ready, in the order of their turns. */
    private final Deque<Job> ring = new ArrayDeque<>();
    private TransportSettings settings;
    private int busy;
    private @Nullable Trouble dead;
    private Instant deadUntil = Instant.EPOCH;
    private Instant openAt = Instant.EPOCH;

    Transport(String name, TransportSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    String name() {
        return name;
    }

    TransportSettings settings() {
        return settings;
    }

    void settings(TransportSettings changed) {
        settings = changed;
        destinations.values().forEach(Destination::reconfigured);
    }

    Map<String, Destination> destinations() {
        return destinations;
    }

    Destination destination(String key, String nexthop) {
        return destinations.computeIfAbsent(key, k -> new Destination(this, k, nexthop));
    }

    Deque<Job> ring() {
        return ring;
    }

    int busy() {
        return busy;
    }

    void started() {
        busy++;
    }

    void ended() {
        busy--;
    }

    boolean isOpen(Instant now) {
        return dead == null && busy < settings.deliveryLimit() && !now.isBefore(openAt);
    }

    /** No delivery before this time. */
    void closeUntil(Instant time) {
        openAt = time;
    }

    @Nullable
    Trouble dead() {
        return dead;
    }

    void die(Trouble trouble, Instant until) {
        dead = trouble;
        deadUntil = until;
    }

    /** True when the death that ends at this time is the one it is in. */
    boolean isDeadUntil(Instant time) {
        return dead != null && deadUntil.equals(time);
    }

    void revive() {
        dead = null;
    }
}
