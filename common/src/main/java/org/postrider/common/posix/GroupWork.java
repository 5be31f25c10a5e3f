package org.postrider.common.posix;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What comes at the same time is worked on together: while one group is worked on, those who come are gathered in the next. One
 * thread works at a time, and it is nobody's who waits: event loops that carry the callers go on. Any thread may call.
 *
 * <p>Work that costs the less for each the more there are gains from waiting. So after a group of more than one the next is gathered
 * for a while; who comes alone does not wait.
 *
 * @param <T> what is worked on
 */
public final class GroupWork<T> {
    /**
     * For work that somebody's client waits for: a group is gathered for as long as the one before took, four milliseconds at most, so
     * that few who come by turns never wait twice as long as the work.
     */
    public static final LongUnaryOperator AS_LONG_AGAIN = took -> Math.min(took, Duration.ofMillis(4).toNanos());

    private final Work<T> work;
    private final ToLongFunction<T> weight;
    private final long most;
    private final LongUnaryOperator gathering;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition full = lock.newCondition();

    // Under the lock.
    private final Deque<Group<T>> groups = new ArrayDeque<>();
    private boolean working;

    /** Works on a group. */
    public interface Work<T> {
        void workOn(List<T> together) throws IOException;
    }

    /** Those who go together. */
    private static final class Group<T> {
        private final List<T> members = new ArrayList<>();
        private final Condition changed;
        private long weight;
        private boolean done;
        private @Nullable Throwable failure;

        Group(Condition changed) {
            this.changed = changed;
        }
    }

    /**
     * @param weight of one
     * @param most weight of one group
     * @param gathering nanoseconds to gather, from those that the group before took
     * @param threads where groups are worked on, one at a time
     */
    public GroupWork(Work<T> work, ToLongFunction<T> weight, long most, LongUnaryOperator gathering,
            Executor threads) {
        this.work = work;
        this.weight = weight;
        this.most = most;
        this.gathering = gathering;
        this.threads = threads;
    }

    /** One thread of this name, which ends when there is nothing to do for a while. */
    public static Executor oneThread(String name) {
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name).factory());
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /**
     * Returns when it was worked on.
     *
     * @throws IOException what the work threw for its group is the cause
     */
    public void join(T one) throws IOException {
        Group<T> group = put(one);
        lock.lock();
        try {
            while (!group.done) {
                group.changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        switch (group.failure) {
            case null -> {
                // It is done.
            }
            case IOException failure -> throw new IOException(failure.getMessage(), failure);
            case Error error -> throw error;
            case Throwable unexpected -> throw new IOException("the work of a group ended", unexpected);
        }
    }

    /** How many wait for their group to begin. */
    int gathered() {
        lock.lock();
        try {
            return groups.stream().mapToInt(group -> group.members.size()).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Puts it into the last group; who finds that nobody works has it worked on. */
    private Group<T> put(T one) {
        Group<T> last;
        lock.lock();
        try {
            last = last(weight.applyAsLong(one));
            last.members.add(one);
            if (working) {
                return last;
            }
            working = true;
        } finally {
            lock.unlock();
        }
        try {
            threads.execute(this::workOnAll);
        } catch (RejectedExecutionException | OutOfMemoryError _) {
            // No thread to be had: whoever has come waits for this one.
            workOnAll();
        }
        return last;
    }

    private Group<T> last(long another) {
        Group<T> last = groups.peekLast();
        if (last == null || last.weight + another > most) {
            last = new Group<>(lock.newCondition());
            groups.addLast(last);
        }
        last.weight += another;
        if (isFull()) {
            full.signal();
        }
        return last;
    }

    /** True when no more fit into the next group. */
    private boolean isFull() {
        Group<T> next = groups.peekFirst();
        return next != null && (groups.size() > 1 || next.weight >= most);
    }

    private void workOnAll() {
        for (Group<T> group = next(); group != null; group = next()) {
            long begun = System.nanoTime();
            workOn(group);
            if (group.members.size() > 1) {
                gather(gathering.applyAsLong(System.nanoTime() - begun));
            }
        }
    }

    private @Nullable Group<T> next() {
        lock.lock();
        try {
            Group<T> next = groups.pollFirst();
            working = next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long, or until no more fit into the next group. */
    private void gather(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!isFull() && left > 0) {
                left = full.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** What goes wrong is for those who wait. */
    @SuppressWarnings("IllegalCatch")
    private void workOn(Group<T> group) {
        Throwable failure = null;
        try {
            work.workOn(group.members);
        } catch (Throwable e) {
            failure = e;
        }
        lock.lock();
        try {
            group.failure = failure;
            group.done = true;
            group.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
