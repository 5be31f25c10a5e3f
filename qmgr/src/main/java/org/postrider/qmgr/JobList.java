package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one transport in the order in which they are delivered: by the time their messages became active, but one that
 * overtakes another stands in front of it. A job without a peer that is ready, a blocker, keeps its place and is passed over at no cost.
 * Owned by the scheduler's thread.
 *
 * <p>The order is a linked list whose members have numbers that grow along it, with gaps for those that come between.
 */
final class JobList {
    private static final long GAP = 1L << 32;
    private static final Comparator<Job> BY_POSITION = Comparator.comparingLong(Job::position);
    private static final Comparator<Job> BY_AGE = Comparator.comparingLong(job -> job.message().sequence());
    private static final double MILLIS = 1000;

    private final TreeSet<Job> ready = new TreeSet<>(BY_POSITION);
    /** Those of the ready ones that might overtake, by the number of their deliveries, the oldest first. */
    private final TreeMap<Integer, TreeSet<Job>> candidates = new TreeMap<>();
    private @Nullable Job head;
    private @Nullable Job tail;

    /** Takes a job in, at the place of its message. */
    void add(Job job) {
        Job before = tail;
        while (before != null && (before.isOvertaking() || before.message().sequence() > job.message().sequence())) {
            before = before.previous();
        }
        link(job, before);
    }

    private void link(Job job, @Nullable Job before) {
        Job after = before == null ? head : before.next();
        job.previous(before);
        job.next(after);
        if (before == null) {
            head = job;
        } else {
            before.next(job);
        }
        if (after == null) {
            tail = job;
        } else {
            after.previous(job);
        }
        number(job, before, after);
    }

    private void number(Job job, @Nullable Job before, @Nullable Job after) {
        long low = before == null ? after == null ? 0 : after.position() - 2 * GAP : before.position();
        long high = after == null ? low + 2 * GAP : after.position();
        long middle = low + (high - low) / 2;
        if (middle > low && high > low) {
            job.position(middle);
        } else {
            numberAll();
        }
    }

    /** Keeps the order, so that what is sorted by it stays so. */
    private void numberAll() {
        long position = 0;
        for (Job job = head; job != null; job = job.next()) {
            job.position(position);
            position += GAP;
        }
    }

    private void unlink(Job job) {
        Job before = job.previous();
        Job after = job.next();
        if (before == null) {
            head = after;
        } else {
            before.next(after);
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous(before);
        }
        job.previous(null);
        job.next(null);
    }

    /** A job has come to its end. */
    void remove(Job job) {
        boolean _ = ready.remove(job);
        listCandidate(job, 0);
        unlink(job);
    }

    /** A job has a peer that is ready, or has none any more, or its number of deliveries changed. */
    void update(Job job) {
        boolean isReady = !job.ready().isEmpty();
        if (isReady) {
            boolean _ = ready.add(job);
        } else {
            boolean _ = ready.remove(job);
        }
        listCandidate(job, isReady ? job.sizeAsCandidate() : 0);
    }

    private void listCandidate(Job job, int size) {
        int listed = job.candidateSize();
        if (listed == size) {
            return;
        }
        if (listed > 0) {
            TreeSet<Job> same = candidates.get(listed);
            if (same != null && same.remove(job) && same.isEmpty()) {
                candidates.remove(listed);
            }
        }
        if (size > 0) {
            boolean _ = candidates.computeIfAbsent(size, _ -> new TreeSet<>(BY_AGE)).add(job);
        }
        job.candidateSize(size);
    }

    /** The first that is ready. */
    @Nullable
    Job first() {
        return ready.isEmpty() ? null : ready.first();
    }

    /** Of those with at most so many deliveries, the one that waits longest for each of them. */
    @Nullable
    Job candidate(Job current, int mostEntries, Instant now) {
        Job best = null;
        double bestRank = -1;
        for (Map.Entry<Integer, TreeSet<Job>> same : candidates.headMap(mostEntries, true).entrySet()) {
            Job oldest = same.getValue().first();
            if (oldest == current) {
                oldest = same.getValue().higher(current);
            }
            if (oldest == null) {
                continue;
            }
            double rank = (seconds(oldest, now) + 1) / same.getKey();
            if (rank > bestRank) {
                best = oldest;
                bestRank = rank;
            }
        }
        return best;
    }

    private static double seconds(Job job, Instant now) {
        return Duration.between(job.message().known(), now).toMillis() / MILLIS;
    }

    /** Puts a job directly in front of another. */
    void moveBefore(Job job, Job other) {
        boolean wasReady = ready.remove(job);
        unlink(job);
        link(job, other.previous());
        if (wasReady) {
            boolean _ = ready.add(job);
        }
    }
}
