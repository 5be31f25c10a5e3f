package org.postrider.common.posix;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets files that are finished at about the same time be synced in the same moment: a file system with a journal then writes the
 * names and sizes of all of them in one transaction (docs/adr/0023). The bytes of all files go to the disk first; then each file is
 * synced by its own fsync(2) on the thread that brought it, at the same time as the others, and its failure is its own.
 *
 * <p>Who comes when nobody was synced lately goes at once. Who comes sooner than the interval after the last departure waits until it
 * is over, with all who come meanwhile, or until they are enough.
 *
 * <p>Any platform thread may call; it waits for at most the interval, and then for its disk.
 */
public final class SharedSync {
    /** A file whose bytes were given to the kernel. */
    public interface Written {
        /** Lets the kernel begin to write the bytes to the disk. */
        void beginWriting() throws IOException;

        /** Waits until the bytes are written; the file's name and size may not be yet. An error is told once, here or by {@link #sync}. */
        void awaitWriting() throws IOException;

        /** Waits until the file is on stable storage. */
        void sync() throws IOException;
    }

    private final long interval;
    private final int enough;
    private final ReentrantLock lock = new ReentrantLock();

    // Under the lock.
    private @Nullable Group gathering;
    private long departure;

    /** A file in its group. */
    private static final class Member {
        private final Written file;
        private @Nullable IOException failure;

        Member(Written file) {
            this.file = file;
        }

        void begin() {
            try {
                file.beginWriting();
            } catch (IOException e) {
                failure = e;
            }
        }

        void await() {
            try {
                file.awaitWriting();
            } catch (IOException e) {
                failure = e;
            }
        }

        void sync() throws IOException {
            if (failure != null) {
                throw failure;
            }
            file.sync();
        }
    }

    /** Those who go together. Closed: nobody joins any more. Ready: their bytes are written, and each may sync. */
    private static final class Group {
        private final List<Member> members = new ArrayList<>();
        private final Condition changed;
        private boolean closed;
        private boolean ready;

        Group(Condition changed) {
            this.changed = changed;
        }

        void write() {
            for (Member member : members) {
                member.begin();
            }
            for (Member member : members) {
                member.await();
            }
        }
    }

    /**
     * @param interval the time between two departures, and the longest that anybody waits for others
     * @param enough as many as do not wait for more
     */
    public SharedSync(Duration interval, int enough) {
        this.interval = interval.toNanos();
        this.enough = enough;
        this.departure = System.nanoTime() - this.interval;
    }

    /**
     * Syncs, perhaps together with others.
     *
     * @throws IOException this file may not be on the disk
     */
    public void sync(Written file) throws IOException {
        Member member = new Member(file);
        lock.lock();
        try {
            Group group = join(member);
            awaitDeparture(group);
            if (!group.closed) {
                lead(group);
            }
            while (!group.ready) {
                group.changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        member.sync();
    }

    /** Files that wait for others now. */
    int gathered() {
        lock.lock();
        try {
            return gathering == null ? 0 : gathering.members.size();
        } finally {
            lock.unlock();
        }
    }

    private Group join(Member member) {
        Group group = gathering;
        if (group == null) {
            group = new Group(lock.newCondition());
            gathering = group;
        }
        group.members.add(member);
        if (group.members.size() >= enough) {
            group.changed.signalAll();
        }
        return group;
    }

    private void awaitDeparture(Group group) {
        long left = departure + interval - System.nanoTime();
        while (!group.closed && group.members.size() < enough && left > 0) {
            try {
                left = group.changed.awaitNanos(left);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                left = 0;
            }
        }
    }

    /** Writes the bytes of all, without the lock. */
    private void lead(Group group) {
        group.closed = true;
        gathering = null;
        departure = System.nanoTime();
        lock.unlock();
        try {
            group.write();
        } finally {
            lock.lock();
            group.ready = true;
            group.changed.signalAll();
        }
    }
}
