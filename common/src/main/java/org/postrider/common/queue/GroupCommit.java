package org.postrider.common.queue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages that come at the same time are written together: while one group is written, those who come are gathered in the next. One
 * thread writes at a time, and it is nobody's who waits: event loops that carry the callers go on. Any thread may call.
 */
final class GroupCommit {
    private final Writer writer;
    private final Executor threads;
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
        private @Nullable Throwable failure;

        Group(Condition changed) {
            this.changed = changed;
        }
    }

    /** @param threads where groups are written, one at a time */
    GroupCommit(Writer writer, Executor threads) {
        this.writer = writer;
        this.threads = threads;
    }

    /**
     * Returns when the record was written.
     *
     * @throws IOException what the writer has thrown for this record's group
     */
    void commit(JournalRecord one) throws IOException {
        Group group = join(one);
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
                // It is on the disk.
            }
            case JournalFullException full -> throw new JournalFullException(String.valueOf(full.getMessage()));
            case IOException failure -> throw new IOException(failure.getMessage(), failure);
            case Error error -> throw error;
            case Throwable unexpected -> throw new IOException("the journal was not written", unexpected);
        }
    }

    /** Puts the record into the last group; who finds that nobody writes has it written. */
    private Group join(JournalRecord one) {
        Group last;
        lock.lock();
        try {
            last = last(one.encodedSize());
            last.records.add(one);
            last.bytes += one.encodedSize();
            if (writing) {
                return last;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        try {
            threads.execute(this::writeAll);
        } catch (RejectedExecutionException | OutOfMemoryError _) {
            // No thread to be had: whoever has come waits for this one.
            writeAll();
        }
        return last;
    }

    private Group last(int bytes) {
        Group last = groups.peekLast();
        if (last == null || last.bytes + bytes > JournalBatch.MOST - JournalSegment.BLOCK) {
            last = new Group(lock.newCondition());
            groups.addLast(last);
        }
        return last;
    }

    private void writeAll() {
        for (Group group = next(); group != null; group = next()) {
            write(group);
        }
    }

    private @Nullable Group next() {
        lock.lock();
        try {
            Group next = groups.pollFirst();
            writing = next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** What goes wrong is for those who wait. */
    @SuppressWarnings("IllegalCatch")
    private void write(Group group) {
        Throwable failure = null;
        try {
            writer.write(group.records, group.bytes);
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
