package org.postrider.smtp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Sessions between messages, found again by destination or by host (CONNECTION_CACHE_README). Bounded; every kept session
 * ends after its idle time. Used by all deliveries of one service; a thread of its own runs while sessions wait here.
 */
final class SessionPool implements AutoCloseable {
    private static final int MOST = 200;

    private record Kept(SmtpSession session, long untilNanos) {}

    private final ClientSettings.Reuse reuse;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Deque<Kept>> byDestination = new HashMap<>();
    private int size;
    private boolean watched;
    private boolean closed;

    SessionPool(ClientSettings.Reuse reuse, LongSupplier nanoTime) {
        this.reuse = reuse;
        this.nanoTime = nanoTime;
    }

    /** A session to any host of the destination, the latest used first. */
    Optional<SmtpSession> take(String destination) {
        lock.lock();
        try {
            Deque<Kept> waiting = byDestination.get(destination);
            while (waiting != null && !waiting.isEmpty()) {
                SmtpSession session = waiting.removeLast().session();
                size--;
                if (usable(session)) {
                    return Optional.of(session);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** A session to that host that has what is wanted, whatever the destination it was made for. */
    Optional<SmtpSession> takeFor(Peer peer, Preparation wanted) {
        lock.lock();
        try {
            for (Deque<Kept> waiting : byDestination.values()) {
                Iterator<Kept> sessions = waiting.descendingIterator();
                while (sessions.hasNext()) {
                    SmtpSession session = sessions.next().session();
                    if (session.peer().equals(peer) && session.serves(wanted)) {
                        sessions.remove();
                        size--;
                        if (usable(session)) {
                            return Optional.of(session);
                        }
                    }
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Ends a session that has grown old or died while it waited. */
    private boolean usable(SmtpSession session) {
        if (session.quiet() && young(session)) {
            return true;
        }
        end(session);
        return false;
    }

    /** Keeps the session for the next message, or ends it when it has served long enough. */
    void give(String destination, SmtpSession session) {
        boolean spent = reuse.count() > 0 && session.messages() >= reuse.count();
        lock.lock();
        try {
            if (closed || spent || size >= MOST || !session.quiet() || !young(session)) {
                end(session);
                return;
            }
            byDestination.computeIfAbsent(destination, _ -> new ArrayDeque<>())
                    .add(new Kept(session, nanoTime.getAsLong() + reuse.idle().toNanos()));
            size++;
            if (!watched) {
                watched = true;
                Thread.ofVirtual().name("kept sessions").start(this::watch);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean young(SmtpSession session) {
        return nanoTime.getAsLong() - session.begunNanos() < reuse.age().toNanos();
    }

    /** QUIT may take a while; nobody waits for it. */
    static void end(SmtpSession session) {
        Thread.ofVirtual().name("quit").start(session::quit);
    }

    private void watch() {
        lock.lock();
        try {
            while (size > 0) {
                long wait = endOverdue();
                if (size > 0) {
                    boolean _ = changed.await(Math.max(wait, Duration.ofMillis(10).toNanos()),
                            TimeUnit.NANOSECONDS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            watched = false;
            lock.unlock();
        }
    }

    /** Ends what has waited too long; nanoseconds until the next one is due. */
    private long endOverdue() {
        long now = nanoTime.getAsLong();
        long next = reuse.idle().toNanos();
        List<SmtpSession> overdue = new ArrayList<>();
        Iterator<Deque<Kept>> destinations = byDestination.values().iterator();
        while (destinations.hasNext()) {
            Deque<Kept> waiting = destinations.next();
            while (!waiting.isEmpty() && waiting.getFirst().untilNanos() - now <= 0) {
                overdue.add(waiting.removeFirst().session());
            }
            if (waiting.isEmpty()) {
                destinations.remove();
            } else {
                next = Math.min(next, waiting.getFirst().untilNanos() - now);
            }
        }
        size -= overdue.size();
        overdue.forEach(SessionPool::end);
        return next;
    }

    /** Ends everything that waits, and from now on whatever comes back. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            byDestination.values().forEach(waiting -> waiting.forEach(kept -> end(kept.session())));
            byDestination.clear();
            size = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
