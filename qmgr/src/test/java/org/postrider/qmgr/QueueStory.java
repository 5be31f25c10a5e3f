package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.postrider.common.queue.FsyncCommit;
import org.postrider.common.queue.Journal;
import org.postrider.common.queue.JournalCommit;
import org.postrider.common.queue.JournalRecovery;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueCommit;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueName;
import org.postrider.common.testing.SimulatedCrash;
import org.postrider.common.testing.SimulatedFileSystem;

/**
 * Mail comes and goes in a queue on a file system that crashes, drawn by lot. It drives the code of the suite: making and committing
 * files, journal, checkpoints and recovery, qmgr's loader and finisher, marks; and it keeps a {@link QueueLedger} of what was promised.
 */
final class QueueStory {
    private static final int MANY = 12;
    private static final Journal.Sizes SIZES = new Journal.Sizes(1 << 15, 3);

    private final Random random;
    private final boolean journaled;
    private final SimulatedFileSystem files;
    private final QueueDirectory directory;
    private final MessageLoader loader;
    private final MessageFinisher finisher;
    private final QueueLedger ledger;
    private final List<Open> open = new ArrayList<>();
    private Instant now = Samples.START;
    private int serials;
    private int crashes;
    private int wholeSyncs;
    private int promises;
    /** A sync failed since the machine was started: not all that is seen is on the disk. */
    private boolean diskFailed;
    /** Of all processes that are alive; the last two take mail in, as after a reload. */
    private final List<QueueCommit> commits = new ArrayList<>();
    private final List<Journal> journals = new ArrayList<>();
    /** All files are made in the same few microseconds, so that an id comes again as soon as an inode number does. */
    private final boolean fewIds;

    /** A message that cleanup is taking in. */
    private record Open(NewQueueFile file, QueueCommit commit, StoryMessage message) {}

    QueueStory(long seed, boolean journaled) throws IOException {
        this.random = new Random(seed);
        this.journaled = journaled;
        this.files = new SimulatedFileSystem(random);
        this.fewIds = random.nextBoolean();
        Path root = files.getPath("/queue");
        directory = new QueueDirectory(root, random.nextBoolean() ? Set.of("deferred", "incoming") : Set.of(), 1);
        ledger = new QueueLedger(files, directory);
        WatchedClock clock = Samples.clocks(() -> now, () -> now).calendar();
        loader = new MessageLoader(directory, clock, false, Samples.LOG);
        finisher = new MessageFinisher(directory, clock, new FakeServices(),
                Samples.settings(TransportSettings.DEFAULT),
                _ -> files.full(false));
        for (Path made : List.of(root, root.resolve(Journal.DIRECTORY))) {
            Files.createDirectory(made);
        }
        directory.create(QueueName.values());
        files.disk().mounted(root).sync();
        start();
    }

    int crashes() {
        return crashes;
    }

    int promises() {
        return promises;
    }

    QueueLedger ledger() {
        return ledger;
    }

    long operations() {
        return files.operations();
    }

    /** Goes on to the next crash and beyond it. */
    void live() throws IOException {
        boolean machine = random.nextInt(4) > 0;
        files.crashAfter(random.nextInt(random.nextInt(8) == 0 ? 400 : 60));
        try {
            while (true) {
                step();
            }
        } catch (SimulatedCrash _) {
            crash(machine);
        }
        while (!recovered()) {
            crash(random.nextInt(3) > 0);
        }
        ledger.verify();
        ledger.settle();
        start();
    }

    private void crash(boolean machine) {
        crashes++;
        files.refuseSyncs(false);
        files.full(false);
        open.clear();
        journals.clear();
        commits.clear();
        diskFailed &= !machine;
        ledger.processesEnded();
        if (machine) {
            ledger.doubt();
            files.crash();
        } else {
            files.killProcesses();
        }
    }

    /** What master does first; now and then this is cut short, too. */
    private boolean recovered() throws IOException {
        if (random.nextInt(4) == 0) {
            files.crashAfter(random.nextInt(30));
        } else {
            files.crashAfter(Integer.MAX_VALUE);
        }
        wholeSyncs = files.wholeSyncs();
        try {
            new JournalRecovery(directory, files.disk()).run();
            noteSync();
            return true;
        } catch (SimulatedCrash _) {
            return false;
        } finally {
            files.crashAfter(Integer.MAX_VALUE);
        }
    }

    private void start() throws IOException {
        if (journaled) {
            Journal made = new Journal(directory.root(), files.disk(), SIZES, () -> ++serials);
            commits.add(random.nextInt(20) > 0 ? JournalCommit.of(made) : JournalCommit.emptying(made));
            journals.add(made);
        } else {
            commits.add(new FsyncCommit());
        }
    }

    private QueueCommit commit() {
        return commits.get(commits.size() - 1 - random.nextInt(Math.min(2, commits.size())));
    }

    private Instant fileTime() {
        return fewIds ? now.truncatedTo(ChronoUnit.SECONDS) : now;
    }

    // ---- what happens in a mail system ----

    private void step() throws IOException {
        now = now.plusNanos(1000L * (1 + random.nextInt(300_000)));
        try {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> begin();
                case 5, 6, 7, 8 -> commitOne();
                case 9, 10, 11 -> load();
                case 12, 13 -> markOne();
                case 14, 15 -> finishOne();
                case 16 -> hold();
                case 17 -> checkpoint();
                case 18 -> files.writeBack();
                default -> rarely();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageMatching(".*(Input/output error|No space left on device).*");
        }
    }

    private void rarely() throws IOException {
        switch (random.nextInt(12)) {
            case 0 -> {
                files.refuseSyncs(true);
                diskFailed = true;
            }
            case 1 -> files.full(true);
            case 2, 3, 4, 5 -> {
                files.refuseSyncs(false);
                files.full(false);
            }
            case 6 -> reload();
            case 7 -> stopCleanly();
            default -> {
                // Nothing happens.
            }
        }
    }

    private void begin() throws IOException {
        if (open.size() < 3 && ledger.ours().size() < MANY) {
            QueueCommit commit = commit();
            NewQueueFile file = NewQueueFile.create(directory, QueueName.INCOMING, false, this::fileTime,
                    commit::isTaken);
            int serial = ++serials;
            int lines = random.nextInt(random.nextInt(6) == 0 ? 300 : 30);
            open.add(new Open(file, commit, new StoryMessage(serial, lines)));
        }
    }

    private void commitOne() throws IOException {
        if (open.isEmpty()) {
            return;
        }
        Open one = open.remove(random.nextInt(open.size()));
        try {
            List<Integer> recipients = one.message.write(one.file);
            byte[] image = one.message.image(one.file);
            if (random.nextInt(8) == 0) {
                one.file.moveTo(QueueName.HOLD);
            }
            QueueLedger.Fact fact = new QueueLedger.Fact(one.file.id(), image, recipients);
            ledger.begin(one.message.serial(), fact);
            one.commit.commit(one.file);
            fact.state = QueueLedger.State.OURS;
            fact.promised = true;
            promises++;
        } catch (IOException e) {
            one.file.abandon();
            throw e;
        }
    }

    private Optional<QueueLedger.Fact> any(boolean active) {
        List<QueueLedger.Fact> some = ledger.ours().stream().filter(fact -> fact.active.isPresent() == active).toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    private void load() throws IOException {
        Optional<QueueLedger.Fact> fact = any(false);
        for (QueueName queue : List.of(QueueName.INCOMING, QueueName.DEFERRED)) {
            if (fact.isPresent() && Files.exists(directory.path(queue, fact.get().id))) {
                Path path = directory.path(queue, fact.get().id);
                var attributes = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                var candidate = new MessageLoader.Candidate(fact.get().id, path, queue, attributes,
                        MessageLoader.Past.UNKNOWN, true);
                assertThat(candidate.isComplete()).isTrue();
                fact.get().active = loader
                        .load(candidate, Samples.ROOM, Samples.settings(TransportSettings.DEFAULT).retry())
                        .map(MessageLoader.Loaded::head);
                assertThat(Files.exists(directory.path(QueueName.CORRUPT, fact.get().id))).isFalse();
                return;
            }
        }
    }

    private void markOne() throws IOException {
        Optional<QueueLedger.Fact> fact = any(true);
        if (fact.isPresent()) {
            mark(fact.get(), fact.get().recipients.get(random.nextInt(fact.get().recipients.size())));
        }
    }

    private void mark(QueueLedger.Fact fact, int recipient) throws IOException {
        QueueLedger.Stamp stamp = ledger.stamp(true);
        fact.done.putIfAbsent(recipient, stamp);
        try (QueueFile file = QueueFile.openForUpdate(directory.path(QueueName.ACTIVE, fact.id))) {
            file.markDone(recipient);
        }
        fact.done.replace(recipient, stamp, ledger.stamp(false));
    }

    private void finishOne() throws IOException {
        Optional<QueueLedger.Fact> active = any(true);
        if (active.isPresent()) {
            QueueLedger.Fact fact = active.get();
            MessageHead head = fact.active.orElseThrow();
            if (random.nextInt(3) == 0) {
                fact.active = Optional.empty();
                finisher.finish(head, true);
            } else {
                for (int recipient : fact.recipients) {
                    mark(fact, recipient);
                }
                fact.active = Optional.empty();
                fact.state = QueueLedger.State.LEAVING;
                assertThat(finisher.finishSimply(head, false)).isTrue();
                fact.state = QueueLedger.State.REMOVED;
                fact.removed = ledger.stamp(false);
            }
        }
    }

    private void hold() throws IOException {
        Optional<QueueLedger.Fact> fact = any(false);
        for (QueueName queue : List.of(QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD)) {
            if (fact.isPresent() && Files.exists(directory.path(queue, fact.get().id))) {
                directory.move(fact.get().id, queue,
                        queue == QueueName.HOLD ? QueueName.DEFERRED : QueueName.HOLD);
                return;
            }
        }
    }

    private void checkpoint() throws IOException {
        wholeSyncs = files.wholeSyncs();
        for (Journal journal : journals) {
            journal.checkpoint();
        }
        if (!diskFailed) {
            noteSync();
        }
    }

    /** A checkpoint does nothing when no message came since the last one. */
    private void noteSync() {
        if ((!diskFailed && files.wholeSyncs() > wholeSyncs) || files.isClean()) {
            ledger.synced();
        }
    }

    /** Another process takes over; the old one may not get to its end. */
    private void reload() throws IOException {
        start();
        if (commits.size() > 2 || random.nextBoolean()) {
            QueueCommit old = commits.removeFirst();
            for (Open one : open) {
                if (one.commit == old) {
                    one.file.abandon();
                }
            }
            open.removeIf(one -> one.commit == old);
            if (journaled) {
                journals.removeFirst();
            }
            old.stop();
        }
    }

    /** What is left then needs no journal. */
    private void stopCleanly() throws IOException {
        files.refuseSyncs(false);
        files.full(false);
        for (Open one : open) {
            one.file.abandon();
        }
        open.clear();
        wholeSyncs = files.wholeSyncs();
        for (QueueCommit commit : commits) {
            commit.stop();
        }
        files.killProcesses();
        journals.clear();
        commits.clear();
        new JournalRecovery(directory, files.disk()).run();
        noteSync();
        assertThat(new JournalRecovery(directory, files.disk()).run().messages()).isZero();
        crash(true);
        try (var segments = Files.newDirectoryStream(directory.root().resolve(Journal.DIRECTORY))) {
            for (Path segment : segments) {
                if (!segment.endsWith("restored")) {
                    Files.delete(segment);
                }
            }
        }
        ledger.verify();
        ledger.settle();
        start();
        files.crashAfter(random.nextInt(60));
    }
}
