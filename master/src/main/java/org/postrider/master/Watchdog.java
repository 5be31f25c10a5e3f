package org.postrider.master;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a master whose loop has stopped turning. A master that hangs starts no daemons and hears no signals, and nobody sees it;
 * one that has ended is started again by the service manager, and its daemons leave. A thread of its own watches.
 */
final class Watchdog {
    private final long limit;
    private final Runnable bite;
    private final AtomicLong lastTurn = new AtomicLong(System.nanoTime());

    /**
     * @param limit longest time between two turns
     * @param bite what to do then; runs once, on the watching thread
     */
    Watchdog(Duration limit, Runnable bite) {
        this.limit = limit.toNanos();
        this.bite = bite;
    }

    /** Begins to watch. */
    void start() {
        lastTurn.set(System.nanoTime());
        Thread _ = Thread.ofPlatform().name("watchdog").daemon(true).start(this::watch);
    }

    /** The loop has turned. */
    void turned() {
        lastTurn.set(System.nanoTime());
    }

    private void watch() {
        for (long left = limit; left > 0; left = lastTurn.get() + limit - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        bite.run();
    }
}
