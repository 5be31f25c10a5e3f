package org.postrider.common.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the next checkpoint is due: a second after the first message since the last one, or at once when room becomes scarce. One thread
 * of its own waits in {@link #run}; it is not woken for each message. Any thread may tell it something.
 */
final class JournalKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(JournalKeeper.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration ORPHAN_INTERVAL = Duration.ofSeconds(60);

    private final BooleanSupplier isDirty;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // Under the lock, but for a first look.
    private volatile boolean told;
    private volatile boolean urgent;
    private boolean stopped;

    /** Work that may fail; it is tried again the next time. */
    interface Work {
        void run() throws IOException;
    }

    /** @param isDirty whether there is something for a checkpoint to do; must not wait for anything */
    JournalKeeper(BooleanSupplier isDirty) {
        this.isDirty = isDirty;
    }

    /** There is something to do now. */
    void wrote() {
        if (!told) {
            signal(false);
        }
    }

    /** It should not wait. */
    void hurry() {
        if (!urgent) {
            signal(true);
        }
    }

    private void signal(boolean hurry) {
        lock.lock();
        try {
            told = true;
            urgent |= hurry;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A checkpoint begins: whatever comes now counts for the next one. */
    void begins() {
        urgent = false;
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Until {@link #stop}; on a platform thread, as it waits for the disk. */
    void run(Work checkpoint, Work whenIdle) {
        while (awaitWork()) {
            try {
                checkpoint.run();
                if (!isDirty.getAsBoolean()) {
                    whenIdle.run();
                }
            } catch (IOException e) {
                LOG.debug("the next checkpoint comes", e);
            } catch (RuntimeException e) {
                LOG.error("journal: unexpected failure", e);
            }
        }
    }

    private boolean awaitWork() {
        lock.lock();
        try {
            long idleEnd = System.nanoTime() + ORPHAN_INTERVAL.toNanos();
            // Not told before the look: who writes after it will tell.
            told = false;
            while (!stopped && !isDirty.getAsBoolean() && idleEnd - System.nanoTime() > 0) {
                boolean _ = work.await(idleEnd - System.nanoTime(), TimeUnit.NANOSECONDS);
                told = false;
            }
            told = true;
            long due = System.nanoTime() + INTERVAL.toNanos();
            while (!stopped && isDirty.getAsBoolean() && !urgent && due - System.nanoTime() > 0) {
                boolean _ = work.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            return !stopped;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
