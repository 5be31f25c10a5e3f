package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place where mail goes over one transport. When too many deliveries in a row fail it is dead for a while. Owned by the scheduler's
 * thread.
 */
final class Destination {
    private final Transport transport;
    private final String key;
    private final String nexthop;
    private final ConcurrencyWindow window;
    private final Set<Peer> peers = new LinkedHashSet<>(2);
    /** None at most destinations, of which there may be as many as messages. */
    private @Nullable ParkedPeers parked;
    private int entries;
    private int busy;
    private @Nullable Trouble dead;
    private Instant deadUntil = Instant.EPOCH;
    private Instant openAt = Instant.EPOCH;
    private Instant lastFinished = Instant.EPOCH;
    private Instant nextWarning = Instant.EPOCH;

    /**
     * @param key what tells destinations of a transport apart
     * @param nexthop what the agent is told
     */
    Destination(Transport transport, String key, String nexthop) {
        this.transport = transport;
        this.key = key;
        this.nexthop = nexthop;
        this.window = new ConcurrencyWindow(transport.settings());
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

    boolean hasParked() {
        return parked != null && !parked.isEmpty();
    }

    /** Those of its peers that found no room. */
    ParkedPeers parked() {
        if (parked == null) {
            parked = new ParkedPeers();
        }
        return parked;
    }

    int busy() {
        return busy;
    }

    ConcurrencyWindow window() {
        return window;
    }

    /** Entries that wait or are being delivered. */
    int entries() {
        return entries;
    }

    void entries(int change) {
        entries += change;
    }

    /** True when the last warning is long enough ago; then this is the last. */
    boolean mayWarn(Instant now, Duration interval) {
        boolean due = !now.isBefore(nextWarning);
        if (due) {
            nextWarning = now.plus(interval);
        }
        return due;
    }

    @Nullable
    Trouble dead() {
        return dead;
    }

    /** True when one more delivery may start. */
    boolean isOpen(Instant now) {
        return dead == null && !isFull() && !now.isBefore(openAt);
    }

    /** As many deliveries are under way as its window allows. */
    boolean isFull() {
        return busy >= window.size();
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
        entries--;
        lastFinished = now;
    }

    /** No delivery before this time. */
    void closeUntil(Instant time) {
        openAt = time;
    }

    void positiveFeedback() {
        if (dead == null) {
            window.worked(transport.settings(), busy);
        }
    }

    /** Returns true when the destination is to be taken for dead. */
    boolean negativeFeedback() {
        return window.failed(transport.settings());
    }

    void die(Trouble trouble, Instant until) {
        dead = trouble;
        deadUntil = until;
    }

    /** True when the death that ends at this time is the one it is in. */
    boolean isDeadUntil(Instant time) {
        return dead != null && deadUntil.equals(time);
    }

    /** Back among the living, carefully. */
    void revive() {
        dead = null;
        window.restart(transport.settings(), busy);
    }

    void reconfigured() {
        window.reconfigured(transport.settings());
    }
}
