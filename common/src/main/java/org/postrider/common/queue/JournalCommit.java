package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postrider.common.posix.GroupWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fdatasync(2) of a shared journal for all messages that come at the same time.
 *
 * <p>Finds a file with its final name, all records written, mode 0600. Acts: mode 0700, so that every process can see the message
 * as it will stay; then its whole content goes to the journal and is durable there. The file itself is not synced: what a crash of
 * the machine takes from it, or its name, comes back from the journal, see {@link JournalRecovery}. A file that is too large for the
 * journal, or comes while the journal takes nothing, is committed by its own fsync.
 */
public final class JournalCommit implements QueueCommit {
    private static final Logger LOG = LoggerFactory.getLogger(JournalCommit.class);

    private final Journal journal;
    private final int largest;
    private final RestoredNames restored;
    private final IdLane lane;
    private final QueueCommit alone;
    private final AtomicBoolean toldFull = new AtomicBoolean();

    /** The lane first: who had it before has ended then, and what he left is emptied before the first id is given. */
    private JournalCommit(Journal journal, int largest, QueueCommit alone) throws IOException {
        this.journal = journal;
        this.largest = largest;
        this.alone = alone;
        this.lane = journal.takeLane();
        try {
            journal.adoptOrphans();
            this.restored = journal.restoredNames();
        } catch (IOException e) {
            lane.close();
            throw e;
        }
    }

    /** A commit without a thread: the caller makes the checkpoints. */
    public static JournalCommit of(Journal journal) throws IOException {
        return new JournalCommit(journal, Journal.LARGEST_FILE, new FsyncCommit());
    }

    /** The same for messages that are all committed by themselves. */
    public static JournalCommit emptying(Journal journal) throws IOException {
        return new JournalCommit(journal, 0, new FsyncCommit());
    }

    /**
     * Commits to the journal of this queue directory.
     *
     * @param alone commits what does not go to the journal
     */
    static JournalCommit open(Path queueDirectory, QueueCommit alone) throws IOException {
        return kept(queueDirectory, Journal.LARGEST_FILE, alone);
    }

    /** Commits every message by itself, and empties what killed processes left in the journal when it was in use. */
    static JournalCommit emptying(Path queueDirectory, QueueCommit alone) throws IOException {
        return kept(queueDirectory, 0, alone);
    }

    private static JournalCommit kept(Path queueDirectory, int largest, QueueCommit alone) throws IOException {
        Journal journal = new Journal(queueDirectory, new LocalDisk(), Journal.Sizes.USUAL, System::nanoTime,
                GroupWork.oneThread("journal-writer"));
        JournalCommit commit = new JournalCommit(journal, largest, alone);
        Thread.ofPlatform().daemon().name("journal").start(journal::keep);
        return commit;
    }

    @Override
    public void commit(NewQueueFile file) throws IOException {
        if (file.size() > largest || !journal.isUsable()) {
            alone.commit(file);
            return;
        }
        byte[] image = file.image();
        file.markReady();
        try {
            journal.commit(file.id(), file.queue(), image);
            file.close();
            toldFull.setPlain(false);
        } catch (JournalFullException e) {
            if (!toldFull.getAndSet(true)) {
                LOG.warn("journal: {}: messages are synced one by one meanwhile", e.getMessage());
            }
            alone.commit(file);
        }
    }

    @Override
    public boolean isTaken(QueueId id) {
        return !lane.has(id) || mayReturn(id);
    }

    /** True when a crash of the machine could bring a message of this id back, or has. */
    boolean mayReturn(QueueId id) {
        return restored.contains(id) || journal.holds(id);
    }

    @Override
    public void stop() throws IOException {
        journal.stop();
        if (journal.isUsable()) {
            // Else what the journal keeps may come back as long as this process lives.
            lane.close();
        }
    }
}
