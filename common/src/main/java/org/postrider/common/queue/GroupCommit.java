package org.postrider.common.queue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages that come at the same time are written together: the first who comes while nobody writes, writes for all who have come. One
 * writes at a time, with a thread of a caller. Any thread.
 */
final class GroupCommit {
    private final Writer writer;
    private final ReentrantLock lock = new ReentrantLock();

    // Under the lock.
    private final Deque<Group> groups = new ArrayDeque<>();
    private boolean writing;

    /** Puts the records of one group on the disk. */
    interface Writer {
        /**
         * Returns when they are durable.
         *
         * @param bytes of a batch of them, its header included
         */
        void write(List<JournalRecord> records, int bytes) throws IOException;
    }

    /** Messages that are written together. */
    private static final class Group {
        private final List<JournalRecord> records = new ArrayList<>();
        private final Condition changed;
        private int bytes = JournalBatch.HEADER;
        private boolean done;
        private @Nullable IOException failure;

        Group(Condition changed) {
            this.changed = changed;
        }
    }

    GroupCommit(Writer writer) {
        this.writer = writer;
    }

    /**
     * Returns when the record was written.
     *
     * @throws IOException what the writer has thrown for this record's group
     */
    void commit(JournalRecord one) throws IOException {
        lock.lock();
        try {
            Group group = join(one);
            if (!writing) {
                giveWay();
            }
            while (!group.done) {
                if (writing || groups.peekFirst() != group) {
                    group.changed.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
            IOException failure = group.failure;
            if (failure != null) {
                throw failure instanceof JournalFullException
                        ? new JournalFullException(String.valueOf(failure.getMessage()))
                        : new IOException(failure.getMessage(), failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets those who are ready come into the same group; costs nothing when nobody is, and nothing depends on it. */
    @SuppressWarnings("ThreadPriorityCheck")
    private void giveWay() {
        lock.unlock();
        try {
            Thread.yield();
        } finally {
            lock.lock();
        }
    }

    private Group join(JournalRecord one) {
        Group last = groups.peekLast();
        int bytes = one.encodedSize();
        if (last == null || last.bytes + bytes > JournalBatch.MOST - JournalSegment.BLOCK) {
            last = new Group(lock.newCondition());
            groups.addLast(last);
        }
        last.records.add(one);
        last.bytes += bytes;
        return last;
    }

    /** Writes the first group, without the lock, for all in it. */
    private void lead() {
        Group group = groups.removeFirst();
        writing = true;
        lock.unlock();
        boolean written = false;
        IOException failure = null;
        try {
            writer.write(group.records, group.bytes);
            written = true;
        } catch (IOException e) {
            failure = e;
        } finally {
            lock.lock();
            writing = false;
            group.failure = written || failure != null ? failure : new IOException("the journal was not written");
            group.done = true;
            group.changed.signalAll();
            Group next = groups.peekFirst();
            if (next != null) {
                next.changed.signal();
            }
        }
    }
}
