package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process has in the queue's journal: complete messages whose queue files stand in the queue but may not be on the disk yet.
 *
 * <p>Acts. {@link #commit}: the record of a message is on the disk, in one write and one fdatasync(2) with those of all who came
 * meanwhile; the first who comes while nobody writes, writes for all. {@link #checkpoint}: everything in the file system is on the
 * disk, one syncfs(2); then the segments that were full or in use before are emptied. After a checkpoint the journal knows nothing of
 * the messages before it: what stands in the queue is there for good, and what was removed does not come back. A crash before a
 * checkpoint is {@link JournalRecovery}'s work.
 *
 * <p>Memory does not grow with the number of messages, and the segments of a process are limited: when all are full
 * {@link JournalFullException} says so. After a file system's failure to sync nothing more goes to the journal, and what is in it
 * stays, until the mail system is started again.
 *
 * <p>Any thread may call. One thread of its own runs {@link #keep}; without it the caller makes the checkpoints.
 */
public final class Journal {
    /** The directory's name under queue_directory. */
    public static final String DIRECTORY = "journal";
    /** The longest queue file that goes to the journal, in bytes: writing a longer one twice costs more than its own fsync. */
    static final int LARGEST_FILE = 1 << 17;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration ORPHAN_INTERVAL = Duration.ofSeconds(60);

    private final JournalFiles files;
    private final Sizes sizes;
    private final LongSupplier time;
    private final Disk.Mounted mounted;
    private final String incarnation;
    private final JournalBatch buffer = new JournalBatch();
    private final HeldIds held = new HeldIds();
    private final ReentrantLock checkpointing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition sealed = lock.newCondition();

    // Under the lock; current is used without it by the one who set writing.
    private final Deque<Group> groups = new ArrayDeque<>();
    private final Deque<JournalSegment> empty = new ArrayDeque<>();
    private final List<JournalSegment> full = new ArrayList<>();
    private final List<JournalSegment> kept = new ArrayList<>();
    private final Set<Path> own = new HashSet<>();
    private @Nullable JournalSegment current;
    private boolean writing;
    private boolean sealWanted;
    private boolean urgent;
    private boolean told;
    private boolean stopped;
    private volatile boolean failed;

    /**
     * How much room a process takes.
     *
     * @param segmentBytes length of a segment
     * @param most how many segments it has at most
     */
    public record Sizes(long segmentBytes, int most) {
        /** 128 MiB: more than is written between two checkpoints. */
        public static final Sizes USUAL = new Sizes(1 << 24, 8);
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

    /**
     * @param queueDirectory where the directory {@code journal} stands
     * @param time nanoseconds of a clock that all processes share and that only goes forward, as {@link System#nanoTime}
     */
    public Journal(Path queueDirectory, Disk disk, Sizes sizes, LongSupplier time) throws IOException {
        this.files = new JournalFiles(queueDirectory.resolve(DIRECTORY), disk, sizes.segmentBytes);
        this.sizes = sizes;
        this.time = time;
        this.mounted = disk.mounted(files.directory());
        this.incarnation = mounted.incarnation();
        prepareMark();
        if (files.isFailed()) {
            holdWhatIsKept();
        }
    }

    /** Nobody empties what others left before the next recovery: until then none of its ids is given. */
    private void holdWhatIsKept() throws IOException {
        for (JournalSegment left : orphans(files.all())) {
            try (left) {
                JournalReader reader = left.reader(left.header().orElseThrow());
                for (List<JournalRecord> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
                    held.add(left, batch);
                }
            }
        }
    }

    /** Of the ids that this process may give. */
    IdLane takeLane() throws IOException {
        return IdLane.take(files.directory(), files.disk());
    }

    private void prepareMark() {
        try {
            files.prepareMark();
        } catch (IOException e) {
            LOG.warn("journal: {}: {}", files.directory(), e.toString());
        }
    }

    /**
     * Makes messages durable; they must be complete in the queue, for every process to see.
     *
     * @throws JournalFullException when there is no room; nothing was written
     * @throws IOException when it is not known whether it is durable
     */
    void commit(QueueId id, QueueName queue, byte[] image) throws IOException {
        JournalRecord one = new JournalRecord(id, queue, time.getAsLong(), image);
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
            write(group);
            written = true;
        } catch (IOException e) {
            failure = e;
        } finally {
            lock.lock();
            writing = false;
            group.failure = written || failure != null ? failure : new IOException("the journal was not written");
            group.done = true;
            group.changed.signalAll();
            written();
        }
    }

    private void written() {
        if (sealWanted) {
            seal();
        }
        JournalSegment now = current;
        boolean pressing = now != null && (now.isCrowded() || now.isBroken());
        // The keeper waits for the first batch and for a reason not to wait longer, not for each batch.
        if (!told || (pressing && !urgent)) {
            told = true;
            urgent |= pressing;
            work.signal();
        }
        Group next = groups.peekFirst();
        if (next != null) {
            next.changed.signal();
        }
    }

    private void write(Group group) throws IOException {
        JournalSegment segment = segmentFor(group);
        try {
            segment.write(group.records, buffer);
        } catch (IOException e) {
            LOG.error("journal: can't write {}: {}: the file is not used any more, and {} messages are refused for now",
                    segment.path(), e.toString(), group.records.size());
            throw e;
        }
    }

    private JournalSegment segmentFor(Group group) throws IOException {
        lock.lock();
        try {
            if (failed || stopped) {
                throw new JournalFullException("the journal is closed");
            }
            JournalSegment now = current;
            if (now != null && now.hasRoom(group.bytes)) {
                held.add(now, group.records);
                return now;
            }
            seal();
            JournalSegment next = empty.pollFirst();
            if (next == null) {
                urgent = true;
                work.signal();
                next = another();
            }
            current = next;
            held.add(next, group.records);
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** True while a crash could bring this message back. */
    boolean holds(QueueId id) {
        return held.contains(id);
    }

    RestoredNames restoredNames() throws IOException {
        return RestoredNames.of(files.directory());
    }

    private JournalSegment another() throws IOException {
        if (own.size() >= sizes.most) {
            throw new JournalFullException("all segments of the journal are full");
        }
        try {
            JournalSegment segment = files.takeEmpty(own, incarnation);
            own.add(segment.path());
            return segment;
        } catch (IOException e) {
            throw (IOException) new JournalFullException("no more room for the journal: " + e).initCause(e);
        }
    }

    /** Nothing more goes to the current segment. */
    private void seal() {
        JournalSegment now = current;
        if (now != null && (now.isUsed() || now.isBroken())) {
            full.add(now);
            current = null;
        }
        sealWanted = false;
        sealed.signalAll();
    }

    /** False after the file system failed to sync: messages must be committed by themselves. */
    boolean isUsable() {
        return !failed;
    }

    /**
     * Makes everything in the file system durable and forgets the messages that were committed before.
     *
     * @throws IOException when the file system can't say that everything was written: the journal keeps what it has, and takes no more
     */
    public void checkpoint() throws IOException {
        checkpointing.lock();
        try {
            List<JournalSegment> before = sealAll();
            if (before.isEmpty()) {
                return;
            }
            syncFor(before);
            for (JournalSegment segment : before) {
                clear(segment);
            }
        } finally {
            checkpointing.unlock();
        }
    }

    private List<JournalSegment> sealAll() {
        lock.lock();
        try {
            sealWanted = true;
            while (writing && sealWanted) {
                sealed.awaitUninterruptibly();
            }
            if (sealWanted) {
                seal();
            }
            urgent = false;
            told = false;
            List<JournalSegment> before = List.copyOf(full);
            full.clear();
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** The kernel tells of a failure once: it counts for everything that the journal holds. */
    private void syncFor(List<JournalSegment> segments) throws IOException {
        try {
            mounted.sync();
        } catch (IOException e) {
            LOG.error(
                    "journal: sync of the queue's file system failed: {}: new messages are synced one by one, and the journal is"
                            + " kept until the mail system is started again",
                    e.toString());
            failed = true;
            keep(segments);
            keep(sealAll());
            files.markFailed();
            throw e;
        }
    }

    /** Nobody else gets these as long as this process lives. */
    private void keep(List<JournalSegment> segments) {
        lock.lock();
        try {
            for (JournalSegment segment : segments) {
                own.add(segment.path());
                kept.add(segment);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A segment that can't be emptied goes: its messages are on the disk, and must not come back when they are gone. */
    private void clear(JournalSegment segment) throws IOException {
        if (!segment.isBroken()) {
            try {
                segment.clear(incarnation);
                held.remove(segment);
                add(segment);
                return;
            } catch (IOException e) {
                LOG.error("journal: can't write {}: {}: the file is not used any more", segment.path(), e.toString());
            }
        }
        lock.lock();
        try {
            own.remove(segment.path());
        } finally {
            lock.unlock();
        }
        segment.remove();
        held.remove(segment);
    }

    private void add(JournalSegment segment) {
        lock.lock();
        try {
            empty.addLast(segment);
        } finally {
            lock.unlock();
        }
    }

    /** Empties what processes left that were killed. Their messages are in the queue, as this file system shows it. */
    public void adoptOrphans() throws IOException {
        checkpointing.lock();
        List<JournalSegment> orphans = List.of();
        try {
            orphans = failed || files.isFailed() ? List.of() : orphans(files.all());
            if (!orphans.isEmpty()) {
                syncFor(orphans);
                for (JournalSegment orphan : orphans) {
                    orphan.clear(incarnation);
                }
            }
        } finally {
            for (JournalSegment orphan : orphans) {
                if (!isOwn(orphan.path())) {
                    orphan.close();
                }
            }
            checkpointing.unlock();
        }
    }

    private List<JournalSegment> orphans(List<Path> paths) {
        List<JournalSegment> orphans = new ArrayList<>();
        try {
            for (Path path : paths) {
                Optional<JournalSegment> segment = isOwn(path) ? Optional.empty() : files.open(path);
                if (segment.isPresent() && isOrphan(segment.get())) {
                    orphans.add(segment.get());
                } else if (segment.isPresent()) {
                    segment.get().close();
                }
            }
        } catch (IOException e) {
            LOG.warn("journal: can't look through {}: {}", files.directory(), e.toString());
        }
        return orphans;
    }

    private boolean isOwn(Path path) {
        lock.lock();
        try {
            return own.contains(path);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOrphan(JournalSegment segment) throws IOException {
        Optional<JournalSegment.Header> header = segment.header();
        return header.isPresent() && !segment.reader(header.get()).next().isEmpty();
    }

    /** Makes checkpoints when they are due, until {@link #stop}. On a platform thread: it waits for the disk. */
    void keep() {
        while (awaitWork()) {
            try {
                checkpoint();
                if (isIdle()) {
                    adoptOrphans();
                }
            } catch (IOException e) {
                LOG.debug("the next checkpoint comes", e);
            } catch (RuntimeException e) {
                LOG.error("journal: unexpected failure", e);
            }
        }
    }

    private boolean isIdle() {
        lock.lock();
        try {
            return !isDirty();
        } finally {
            lock.unlock();
        }
    }

    private boolean isDirty() {
        JournalSegment now = current;
        return !failed && (!full.isEmpty() || (now != null && (now.isUsed() || now.isBroken())));
    }

    private boolean awaitWork() {
        lock.lock();
        try {
            long idleEnd = System.nanoTime() + ORPHAN_INTERVAL.toNanos();
            while (!stopped && !isDirty() && idleEnd - System.nanoTime() > 0) {
                boolean _ = work.await(idleEnd - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            long due = System.nanoTime() + INTERVAL.toNanos();
            while (!stopped && isDirty() && !urgent && due - System.nanoTime() > 0) {
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

    /** Makes a last checkpoint and lets go of all segments. Messages that come later are committed by themselves. */
    void stop() throws IOException {
        lock.lock();
        try {
            stopped = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            checkpoint();
        } finally {
            release();
        }
    }

    private void release() throws IOException {
        checkpointing.lock();
        try (mounted) {
            // Those that are kept stay locked as long as this process lives: nobody may empty them before a recovery.
            List<JournalSegment> all = new ArrayList<>();
            lock.lock();
            try {
                all.addAll(empty);
                all.addAll(full);
                JournalSegment now = current;
                if (now != null && !now.isUsed()) {
                    all.add(now);
                    current = null;
                }
                empty.clear();
                full.clear();
            } finally {
                lock.unlock();
            }
            for (JournalSegment segment : all) {
                segment.close();
            }
        } finally {
            checkpointing.unlock();
        }
    }
}
