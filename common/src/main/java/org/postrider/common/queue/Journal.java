package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.GroupWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process has in the queue's journal: complete messages whose queue files stand in the queue but may not be on the disk yet.
 *
 * <p>Acts. {@link #commit}: the record of a message is on the disk, in one write and one fdatasync(2) with those of all who came
 * meanwhile ({@link GroupWork}, {@link OwnSegments}). {@link #checkpoint}: everything in the file system is on the disk, one
 * syncfs(2); then the segments that were full or in use before are emptied. After a checkpoint the journal knows nothing of
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

    /** Bytes of the records that are written at once. */
    private static final int MOST_RECORDS = JournalBatch.MOST - JournalBatch.HEADER - JournalSegment.BLOCK;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final JournalFiles files;
    private final LongSupplier time;
    private final Disk.Mounted mounted;
    private final String incarnation;
    private final OwnSegments segments;
    private final JournalOrphans orphans;
    private final JournalKeeper keeper;
    private final GroupWork<JournalRecord> groups;
    private final ReentrantLock checkpointing = new ReentrantLock();
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

    /**
     * @param queueDirectory where the directory {@code journal} stands
     * @param time nanoseconds of a clock that all processes share and that only goes forward, as {@link System#nanoTime}
     */
    public Journal(Path queueDirectory, Disk disk, Sizes sizes, LongSupplier time) throws IOException {
        this(queueDirectory, disk, sizes, time, Runnable::run);
    }

    /** @param writers where records are written, and waited for; who commits only waits */
    Journal(Path queueDirectory, Disk disk, Sizes sizes, LongSupplier time, Executor writers) throws IOException {
        this.files = new JournalFiles(queueDirectory.resolve(DIRECTORY), disk, sizes.segmentBytes);
        this.time = time;
        this.mounted = disk.mounted(files.directory());
        this.incarnation = mounted.incarnation();
        this.keeper = new JournalKeeper(this::isDirty);
        this.segments = new OwnSegments(files, sizes.most, incarnation, keeper::hurry);
        this.orphans = new JournalOrphans(files, segments::isOwn);
        this.groups = new GroupWork<>(this::write, JournalRecord::encodedSize, MOST_RECORDS, GroupWork.AS_LONG_AGAIN,
                writers);
        prepareMark();
    }

    private boolean isDirty() {
        return segments.isDirty();
    }

    private void prepareMark() {
        try {
            files.prepareMark();
        } catch (IOException e) {
            LOG.warn("journal: {}: {}", files.directory(), FileWords.of(e));
        }
    }

    /**
     * The ids that this process may give. After a failure nobody empties what others left before the next recovery, and none of its ids is
     * given until then: who had the lane before has let go of his segments by now.
     */
    IdLane takeLane() throws IOException {
        IdLane lane = IdLane.take(files.directory(), files.disk());
        try {
            if (files.isFailed()) {
                orphans.hold(segments.held());
            }
            return lane;
        } catch (IOException e) {
            lane.close();
            throw e;
        }
    }

    /**
     * Makes messages durable; they must be complete in the queue, for every process to see.
     *
     * @throws JournalFullException when there is no room; nothing was written
     * @throws IOException when it is not known whether it is durable
     */
    void commit(QueueId id, QueueName queue, byte[] image) throws IOException {
        try {
            groups.join(new JournalRecord(id, queue, time.getAsLong(), image));
        } catch (IOException e) {
            if (e.getCause() instanceof JournalFullException full) {
                throw new JournalFullException(String.valueOf(full.getMessage()));
            }
            throw e;
        }
    }

    private void write(List<JournalRecord> records) throws IOException {
        try {
            segments.write(records);
        } finally {
            keeper.wrote();
        }
    }

    /** True while a crash could bring this message back. */
    boolean holds(QueueId id) {
        return segments.held().contains(id);
    }

    RestoredNames restoredNames() throws IOException {
        return RestoredNames.of(files.directory());
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
            keeper.begins();
            List<JournalSegment> before = segments.seal();
            if (before.isEmpty()) {
                return;
            }
            syncFor(before);
            segments.clear(before);
        } finally {
            checkpointing.unlock();
        }
    }

    /** The kernel tells of a failure once: it counts for everything that the journal holds. */
    private void syncFor(List<JournalSegment> before) throws IOException {
        try {
            mounted.sync();
        } catch (IOException e) {
            LOG.error(
                    "journal: sync of the queue's file system failed: {}: new messages are synced one by one, and the journal is"
                            + " kept until the mail system is started again",
                    FileWords.of(e));
            failed = true;
            segments.close();
            segments.keep(before);
            segments.keep(segments.seal());
            files.markFailed();
            throw e;
        }
    }

    /** Empties what processes left that were killed. Their messages are in the queue, as this file system shows it. */
    public void adoptOrphans() throws IOException {
        checkpointing.lock();
        List<JournalSegment> left = List.of();
        try {
            left = failed || files.isFailed() ? List.of() : orphans.take();
            if (!left.isEmpty()) {
                syncFor(left);
                for (JournalSegment orphan : left) {
                    orphan.clear(incarnation);
                }
            }
        } finally {
            for (JournalSegment orphan : left) {
                if (!segments.isOwn(orphan.path())) {
                    orphan.close();
                }
            }
            checkpointing.unlock();
        }
    }

    /** Makes checkpoints when they are due, until {@link #stop}. On a platform thread: it waits for the disk. */
    void keep() {
        keeper.run(this::checkpoint, this::adoptOrphans);
    }

    /** Makes a last checkpoint and lets go of all segments. Messages that come later are committed by themselves. */
    void stop() throws IOException {
        segments.close();
        keeper.stop();
        try {
            checkpoint();
        } finally {
            release();
        }
    }

    private void release() throws IOException {
        checkpointing.lock();
        try (mounted) {
            segments.release();
        } finally {
            checkpointing.unlock();
        }
    }
}
