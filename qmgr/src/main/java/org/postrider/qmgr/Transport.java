package org.postrider.qmgr;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A delivery service of master.cf with its destinations and jobs. Owned by the scheduler's thread. */
final class Transport {
    private final String name;
    private final Map<String, Destination> destinations = new HashMap<>();
    private final JobList jobs = new JobList();
    private final RecipientSlots recipients;
    private TransportSettings settings;
    private @Nullable Job current;
    private int busy;
    private @Nullable Trouble dead;
    private Instant deadUntil = Instant.EPOCH;
    private Instant openAt = Instant.EPOCH;

    Transport(String name, TransportSettings settings) {
        this.name = name;
        this.settings = settings;
        this.recipients = new RecipientSlots(settings.recipients());
    }

    String name() {
        return name;
    }

    TransportSettings settings() {
        return settings;
    }

    void reconfigured(TransportSettings changed) {
        settings = changed;
        recipients.reconfigured(changed.recipients());
        destinations.values().forEach(Destination::reconfigured);
    }

    Map<String, Destination> destinations() {
        return destinations;
    }

    Destination destination(String key, String nexthop) {
        return destinations.computeIfAbsent(key, k -> new Destination(this, k, nexthop));
    }

    JobList jobs() {
        return jobs;
    }

    RecipientSlots recipients() {
        return recipients;
    }

    /** Notes the job of which an entry was chosen last. */
    void current(Job job) {
        current = job;
    }

    boolean isCurrent(Job job) {
        return current == job;
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
        return dead == null && !isFull() && !now.isBefore(openAt);
    }

    /** As many deliveries are under way as may be at a time. */
    boolean isFull() {
        return busy >= settings.deliveryLimit();
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
