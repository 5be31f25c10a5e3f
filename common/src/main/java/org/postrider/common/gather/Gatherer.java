package org.postrider.common.gather;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One thread that takes what others put down, in order, as many pieces at once as wait. A piece that comes while nothing is going
 * on is taken at once. After each batch the thread naps, and again for a while when nothing came meanwhile; nobody wakes it from that.
 * So who puts a piece down under load, or one every now and then, does not pay for waking it, and the thread asks for no processor
 * just when a client waits for an answer. The buffer is bounded: a full one makes those who put wait.
 *
 * <p>Safe for many threads, virtual ones among them. The worker is called by the one thread only; what it throws is its own
 * affair and ends the thread.
 */
public final class Gatherer<T> implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    /** After so many naps for nothing the thread sleeps until it is woken: each of them costs some microseconds. */
    private static final int MOST_NAPS = 20;

    private final int most;
    private final long napNanos;
    private final Consumer<List<T>> worker;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();

    // Under the lock.
    private List<T> waiting = new ArrayList<>();
    private boolean idle;
    private boolean closed;

    /**
     * Starts the thread.
     *
     * @param name the thread's name
     * @param most as many pieces as wait at the same time
     * @param nap how long a piece waits at most that comes soon after others
     * @param worker gets a batch, never an empty one; the list is used again afterwards
     */
    public Gatherer(String name, int most, Duration nap, Consumer<List<T>> worker) {
        this.most = most;
        this.napNanos = nap.toNanos();
        this.worker = worker;
        this.thread = Thread.ofPlatform().name(name).daemon(true).start(this::run);
    }

    /** Puts a piece down; waits while there is no room. After {@link #close()} the piece may be lost. */
    public void put(T piece) {
        boolean wake;
        lock.lock();
        try {
            while (waiting.size() >= most && !closed) {
                room.awaitUninterruptibly();
            }
            boolean _ = waiting.add(piece);
            wake = idle;
            idle = false;
        } finally {
            lock.unlock();
        }
        if (wake) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        List<T> batch = exchange(new ArrayList<>());
        while (!batch.isEmpty()) {
            worker.accept(batch);
            batch.clear();
            nap();
            batch = exchange(batch);
        }
    }

    private void nap() {
        int naps = 0;
        do {
            LockSupport.parkNanos(this, napNanos);
            naps++;
        } while (naps < MOST_NAPS && isQuiet());
    }

    private boolean isQuiet() {
        lock.lock();
        try {
            return waiting.isEmpty() && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves an empty list for pieces to come and takes those that wait; none only when there will be no more. */
    private List<T> exchange(List<T> empty) {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                sleep();
            }
            List<T> taken = waiting;
            waiting = empty;
            room.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void sleep() {
        idle = true;
        lock.unlock();
        try {
            LockSupport.park(this);
        } finally {
            lock.lock();
            idle = false;
        }
    }

    /** Has the worker take what waits and ends the thread; waits a bounded time for that. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(thread);
        try {
            boolean _ = thread.join(CLOSE_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
