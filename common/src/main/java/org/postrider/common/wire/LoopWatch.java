package org.postrider.common.wire;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every tenth of a second whether a loop stands still while virtual threads wait for it to carry them, and lets other threads
 * carry those. Sleeps for good while nothing waits.
 */
final class LoopWatch implements AutoCloseable {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<CarryingLoop> loops = new CopyOnWriteArrayList<>();
    /** What does not fit runs on the watch's own thread. */
    private final ThreadPoolExecutor helpers = new ThreadPoolExecutor(0, 16, 10, TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("carrier").factory(), new ThreadPoolExecutor.CallerRunsPolicy());
    private final Thread thread = Thread.ofPlatform().daemon().name("watch").unstarted(this::watch);
    private volatile boolean awake;
    private volatile boolean closed;

    void start() {
        thread.start();
    }

    void add(CarryingLoop loop) {
        loops.add(loop);
    }

    /** A loop was given something to carry. */
    void somethingWaits() {
        if (!awake) {
            awake = true;
            LockSupport.unpark(thread);
        }
    }

    private void watch() {
        while (!closed) {
            sleep();
            long end = System.nanoTime() + INTERVAL;
            for (long left = INTERVAL; left > 0 && !closed; left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            for (CarryingLoop loop : loops) {
                loop.takeStuck().forEach(helpers::execute);
            }
        }
    }

    private void sleep() {
        awake = false;
        // What came before that line did not wake us.
        if (loops.stream().anyMatch(CarryingLoop::hasWaiting)) {
            awake = true;
        }
        while (!awake && !closed) {
            LockSupport.park(this);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        helpers.shutdown();
    }
}
