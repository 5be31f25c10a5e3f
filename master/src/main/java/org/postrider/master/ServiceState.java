package org.postrider.master;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ServiceEntry;

/** What master knows of one configured service. Times are of {@link System#nanoTime}. */
final class ServiceState {
    /** How long stress stays on after the limit was reached for the last time. */
    private static final Duration STRESS = Duration.ofSeconds(1000);

    private ServiceEntry entry;
    private ProcessGroup group;
    /** By name. */
    final Map<String, BoundListener> listeners = new LinkedHashMap<>();
    private @Nullable DaemonProcess process;
    private boolean throttled;
    private long throttledUntil;
    private boolean used;
    private boolean full;
    private boolean stress;
    private long stressUntil;
    private boolean warned;
    private long nextWakeup;

    ServiceState(ServiceEntry entry) {
        this.entry = entry;
        this.group = ProcessGroup.of(entry);
    }

    ServiceEntry entry() {
        return entry;
    }

    String identity() {
        return entry.identity();
    }

    ProcessGroup group() {
        return group;
    }

    /** Takes the entry of a new generation; what made it wait or fail before may be mended. */
    void renew(ServiceEntry changed) {
        entry = changed;
        group = ProcessGroup.of(changed);
        throttled = false;
    }

    /** The process that serves it or is to serve it. */
    @Nullable
    DaemonProcess process() {
        return process;
    }

    void servedBy(DaemonProcess by) {
        process = by;
        used = true;
    }

    void unserved() {
        process = null;
        full = false;
    }

    void throttle(long now, Duration time) {
        throttled = true;
        throttledUntil = now + time.toNanos();
    }

    boolean throttled(long now) {
        if (throttled && now - throttledUntil >= 0) {
            throttled = false;
        }
        return throttled;
    }

    /** True when it may wait for clients on its listeners. */
    boolean watched(long now) {
        return process == null && !throttled(now);
    }

    /** The time when the throttle ends, or {@code otherwise}. */
    long throttleEnd(long otherwise) {
        return throttled && throttledUntil - otherwise < 0 ? throttledUntil : otherwise;
    }

    /**
     * The limit was reached or left.
     *
     * @return true when stress has begun, so that the daemon must hear of it
     */
    boolean load(boolean nowFull, long now) {
        full = nowFull;
        if (!full) {
            return false;
        }
        stressUntil = now + STRESS.toNanos();
        boolean begins = !stress;
        stress = true;
        warned &= !begins;
        return begins;
    }

    /** True once in every time of stress: the administrator is told. */
    boolean warnOnce() {
        boolean first = !warned;
        warned = true;
        return first;
    }

    boolean stress() {
        return stress;
    }

    /** True when stress has just ended. */
    boolean stressEnds(long now) {
        if (!stress || full || now - stressUntil < 0) {
            return false;
        }
        stress = false;
        return true;
    }

    /** Sets the next wakeup, if it has any: the first, or the first after its process died. */
    void firstWakeup(long at) {
        nextWakeup = at;
    }

    boolean hasWakeup() {
        return entry.wakeupSeconds() > 0 && (used || !entry.wakeupOnlyIfUsed());
    }

    long nextWakeup() {
        return nextWakeup;
    }

    /** True when the wakeup time has come; the next one is set. */
    boolean wakesUp(long now) {
        if (!hasWakeup() || now - nextWakeup < 0) {
            return false;
        }
        nextWakeup = now + Duration.ofSeconds(entry.wakeupSeconds()).toNanos();
        return true;
    }
}
