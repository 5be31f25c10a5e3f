package org.postrider.qmgr;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place where mail goes over one transport, with the number of deliveries it bears at a time (the window). Owned by the
 * scheduler's thread.
 *
 * <p>The window starts at the initial concurrency. Every delivery that works adds positive feedback, every one that finds the
 * destination in trouble takes negative feedback; the sums move the window by whole steps, with half a step of hysteresis. When
 * as many deliveries in a row fail as fit the window (a cohort), the destination is dead for a while.
 */
final class Destination {
    /** Sums of fractions such as one tenth ten times must reach one. */
    private static final double ROUNDING = 1e-9;

    private final Transport transport;
    private final String key;
    private final String nexthop;
    private final Set<Peer> peers = new LinkedHashSet<>(4);
    /** Peers that found no room; woken in this order. */
    private final Deque<Peer> waiting = new ArrayDeque<>(4);
    private int readyPeers;
    private int busy;
    private int window;
    private double success;
    private double failure;
    private double failedCohorts;
    private @Nullable Trouble dead;
    private Instant deadUntil = Instant.EPOCH;
    private Instant openAt = Instant.EPOCH;
    private Instant lastFinished = Instant.EPOCH;

    /**
     * @param key what tells destinations of a transport apart
     * @param nexthop what the agent is told
     */
    Destination(Transport transport, String key, String nexthop) {
        this.transport = transport;
        this.key = key;
        this.nexthop = nexthop;
        this.window = initial();
    }

    private int initial() {
        return Math.min(transport.settings().initialConcurrency(), transport.settings().mostConcurrency());
    }

    Transport transport() {
        return transport;
    }

    String key() {
        return key;
    }

    String nexthop() {
        return nexthop;
    }

    Set<Peer> peers() {
        return peers;
    }

    Deque<Peer> waiting() {
        return waiting;
    }

    int busy() {
        return busy;
    }

    int window() {
        return window;
    }

    @Nullable
    Trouble dead() {
        return dead;
    }

    /** True when one more delivery may start. */
    boolean isOpen(Instant now) {
        return dead == null && busy < window && !now.isBefore(openAt);
    }

    /** How many more peers should be made ready, so that all room is used. */
    int roomForPeers(Instant now) {
        return isOpen(now) ? window - busy - readyPeers : 0;
    }

    void readyPeers(int change) {
        readyPeers += change;
    }

    boolean isIdle(Instant now) {
        return busy == 0 && peers.isEmpty() && dead == null && !now.isBefore(openAt);
    }

    void started() {
        busy++;
    }

    /** True when a delivery ended within the last second. */
    boolean servedJustNow(Instant now) {
        return now.minusSeconds(1).isBefore(lastFinished);
    }

    void ended(Instant now) {
        busy--;
        lastFinished = now;
    }

    /** No delivery before this time. */
    void closeUntil(Instant time) {
        openAt = time;
    }

    void positiveFeedback() {
        failedCohorts = 0;
        TransportSettings settings = transport.settings();
        int most = Math.min(settings.mostConcurrency(), busy + settings.initialConcurrency());
        if (dead != null || window >= most) {
            return;
        }
        double amount = settings.positive().at(window);
        success += amount;
        while (success + amount / 2 + ROUNDING >= 1 && window < most) {
            window++;
            success -= 1;
            failure = 0;
        }
    }

    /** Returns true when the destination is to be taken for dead. */
    boolean negativeFeedback() {
        if (dead != null) {
            return false;
        }
        TransportSettings settings = transport.settings();
        failedCohorts += 1.0 / Math.max(1, window);
        if (failedCohorts + ROUNDING >= settings.failedCohortLimit()) {
            return true;
        }
        double amount = settings.negative().at(window);
        failure -= amount;
        while (failure - amount / 2 - ROUNDING < 0 && window > 1) {
            window--;
            failure += 1;
            success = 0;
        }
        return false;
    }

    void die(Trouble trouble, Instant until) {
        dead = trouble;
        deadUntil = until;
    }

    /** True when the death that ends at this time is the one it is in. */
    boolean isDeadUntil(Instant time) {
        return dead != null && deadUntil.equals(time);
    }

    /** Back among the living, carefully: with as many deliveries as still run, or the initial number. */
    void revive() {
        dead = null;
        failedCohorts = 0;
        success = 0;
        failure = 0;
        window = busy > 0 ? Math.min(busy, transport.settings().mostConcurrency()) : initial();
    }

    /** Keeps the window within new limits. */
    void reconfigured() {
        window = Math.max(1, Math.min(window, transport.settings().mostConcurrency()));
    }
}
