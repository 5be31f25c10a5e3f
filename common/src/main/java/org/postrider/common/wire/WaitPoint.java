package org.postrider.common.wire;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where one side of a conversation waits for the event loop: a lock with one condition and an end of waiting.
 *
 * <p>A conversation waits for every command with a limit it hardly ever reaches, so a wait sets no timer of its own: one timer
 * on the event loop stands for all waits of the connection. When it fires and the wait it was set for is over, it is set for
 * the end of the present wait, or not at all.
 */
final class WaitPoint {
    private final EventExecutor loop;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private boolean limited;
    private long end;
    private @Nullable Future<?> timer;
    private long timerEnd;

    WaitPoint(EventExecutor loop) {
        this.loop = loop;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Waits, holding the lock, for {@link #signal()}; may return early. */
    @SuppressWarnings("WaitNotInLoop") // The caller looks again.
    void await() throws InterruptedException {
        changed.await();
    }

    /**
     * Waits, holding the lock, for {@link #signal()} or the end; may return early.
     *
     * @param nanoTime the end, on the scale of {@link System#nanoTime()}
     * @return false, without waiting, when the end has passed
     */
    @SuppressWarnings("WaitNotInLoop") // The caller looks again.
    boolean await(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        if (timer == null || timerEnd - nanoTime > 0) {
            arm(nanoTime, left);
        }
        end = nanoTime;
        limited = true;
        try {
            changed.await();
        } finally {
            limited = false;
        }
        return true;
    }

    /**
     * Waits for a future of the event loop. The caller does not hold the lock.
     *
     * @return false when the limit passed first
     */
    boolean await(Future<?> future, Duration limit) throws InterruptedException {
        if (future.isDone()) {
            return true;
        }
        Future<?> _ = future.addListener(_ -> {
            lock.lock();
            try {
                cancel();
                signal();
            } finally {
                lock.unlock();
            }
        });
        long until = System.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            while (!future.isDone()) {
                if (!await(until)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void arm(long nanoTime, long left) {
        cancel();
        timerEnd = nanoTime;
        timer = loop.schedule(this::fired, left, TimeUnit.NANOSECONDS);
    }

    private void fired() {
        lock.lock();
        try {
            timer = null;
            if (limited) {
                long left = end - System.nanoTime();
                if (left > 0) {
                    arm(end, left);
                } else {
                    changed.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Wakes who waits; the caller holds the lock. */
    void signal() {
        changed.signalAll();
    }

    /** Makes a change and wakes who waits. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the last change: nobody is going to wait any more. */
    void end(Runnable change) {
        change(() -> {
            change.run();
            cancel();
        });
    }

    /** Drops the timer: the connection is over and nobody is going to wait. The caller holds the lock. */
    void cancel() {
        Future<?> set = timer;
        timer = null;
        if (set != null) {
            boolean _ = set.cancel(false);
        }
    }
}
