package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postrider.common.testing.LogLines;
import org.postrider.common.testing.SimulatedFileSystem;

/** What is written, synced, replayed and emptied. */
class JournalTest extends JournalFixture {
    @Test
    void aDaemonInANewRootDirectoryIsToldTheBoot() throws Exception {
        String boot = LocalDisk.bootId().orElseThrow();
        assertThat(incarnation(Map.of())).startsWith(boot);
        assertThat(incarnation(Map.of(LocalDisk.BOOT_VARIABLE, boot))).isEqualTo(incarnation(Map.of()));
        assertThat(incarnation(Map.of(LocalDisk.BOOT_VARIABLE, "another"))).startsWith("another");
    }

    @Test
    void afterCrashMissingComesBackDamagedIsMendedAndMarksStay() throws Exception {
        Journal journal = journal(SMALL);
        JournalCommit commit = JournalCommit.of(journal);
        Path whole = commit(commit, "whole", 3);
        Path missing = commit(commit, "missing", 3);
        Path cut = commit(commit, "cut", 400);
        Path zeros = commit(commit, "zeros", 40);
        Path modeLost = commit(commit, "mode", 3);
        List<byte[]> before = new ArrayList<>();
        for (Path path : List.of(whole, missing, cut, zeros, modeLost)) {
            before.add(Files.readAllBytes(path));
        }
        killed(journal);
        Files.delete(missing);
        try (QueueFile file = QueueFile.openForUpdate(cut)) {
            file.markDone(97);
        }
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 1000));
        Files.write(zeros, new byte[before.get(3).length]);
        Files.setPosixFilePermissions(modeLost, PosixFilePermissions.fromString("rw-------"));

        JournalRecovery.Result result = new JournalRecovery(queue, afterCrash()).run();

        assertThat(result).isEqualTo(new JournalRecovery.Result(5, 1, 3));
        before.get(2)[97] = RecordType.DONE.letter();
        List<Path> paths = List.of(whole, missing, cut, zeros, modeLost);
        for (int i = 0; i < paths.size(); i++) {
            assertThat(Files.readAllBytes(paths.get(i))).isEqualTo(before.get(i));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(paths.get(i))))
                    .isEqualTo("rwx------");
        }
        assertThat(new JournalRecovery(queue, afterCrash()).run().messages()).isZero();
    }

    @Test
    void afterKillRemovedStaysRemoved() throws Exception {
        Journal journal = journal(SMALL);
        Path removed = commit(JournalCommit.of(journal), "removed", 3);
        Path kept = commit(JournalCommit.of(journal), "kept", 3);
        killed(journal);
        Files.delete(removed);

        assertThat(new JournalRecovery(queue, new LocalDisk()).run()).isEqualTo(new JournalRecovery.Result(2, 0, 0));

        assertThat(removed).doesNotExist();
        assertThat(kept).exists();
    }

    @Test
    void checkpointForgetsWhatWasBefore() throws Exception {
        Journal journal = journal(SMALL);
        Path early = commit(JournalCommit.of(journal), "early", 3);
        journal.checkpoint();
        Path late = commit(JournalCommit.of(journal), "late", 3);
        killed(journal);
        Files.delete(early);
        Files.delete(late);

        assertThat(new JournalRecovery(queue, afterCrash()).run().restored()).isEqualTo(1);

        assertThat(early).doesNotExist();
        assertThat(late).exists();
    }

    @Test
    void aLongReplayTellsHowFarItIs() throws Exception {
        int count = 10_001;
        NewQueueFile sample = message("text", 1);
        byte[] image = sample.image();
        sample.abandon();
        try (JournalSegment segment = JournalSegment.create(root.resolve(Journal.DIRECTORY).resolve("0001"), 1 << 24,
                new LocalDisk(), "before")) {
            JournalBatch buffer = new JournalBatch();
            for (int from = 0; from < count; from += 1000) {
                List<JournalRecord> some = IntStream.range(from, Math.min(count, from + 1000))
                        .mapToObj(i -> new JournalRecord(QueueId.of(Instant.ofEpochSecond(1), i, false),
                                QueueName.INCOMING, i, image))
                        .toList();
                segment.write(some, buffer);
            }
        }
        try (LogLines log = new LogLines("org.postrider.common.queue")) {
            assertThat(new JournalRecovery(queue, afterCrash()).run().restored()).isEqualTo(count);
            assertThat(log.lines()).containsExactly(
                    "journal: the mail system did not stop cleanly: looking for 10001 messages",
                    "journal: 10000 messages looked for so far, 10000 written again, 0 mended",
                    "journal: 10001 messages looked for, 10001 written again, 0 mended");
        }
    }

    @Test
    void damageHidesOnlyItself() throws Exception {
        Journal journal = journal(SMALL);
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            paths.add(commit(JournalCommit.of(journal), "message " + i, 3));
        }
        killed(journal);
        byte[] segment = Files.readAllBytes(segments().getFirst());
        segment[2 * JournalSegment.BLOCK + 100] ^= 1;
        Files.write(segments().getFirst(), segment);
        for (Path path : paths) {
            Files.delete(path);
        }

        assertThat(new JournalRecovery(queue, afterCrash()).run().restored()).isEqualTo(4);

        assertThat(paths.get(1)).doesNotExist();
        assertThat(paths.get(4)).exists();
    }

    @Test
    void bytesOfMessageAreNeverBatch() throws Exception {
        Journal journal = journal(SMALL);
        commit(JournalCommit.of(journal), "first", 3);
        killed(journal);
        // A batch of an earlier use of the segment: whole, but of another epoch; and what a sender could write.
        byte[] segment = Files.readAllBytes(segments().getFirst());
        byte[] batch = Arrays.copyOfRange(segment, JournalSegment.BLOCK, 2 * JournalSegment.BLOCK);
        batch[7] = 1;
        batch[8] ^= 1;
        System.arraycopy(batch, 0, segment, 2 * JournalSegment.BLOCK, batch.length);
        Files.write(segments().getFirst(), segment);

        assertThat(new JournalRecovery(queue, afterCrash()).run().messages()).isEqualTo(1);
    }

    @Test
    void damagedHeaderIsSetAsideAndBlankSegmentGoes() throws Exception {
        Path journal = root.resolve(Journal.DIRECTORY);
        Files.write(journal.resolve("0001"), "not a segment".getBytes(StandardCharsets.US_ASCII));
        Files.write(journal.resolve("0002"), new byte[JournalSegment.BLOCK]);

        assertThat(new JournalRecovery(queue, new LocalDisk()).run().messages()).isZero();

        assertThat(segments()).isEmpty();
        assertThat(journal.resolve("0001.damaged")).exists();
    }

    @Test
    void fullJournalSyncsMessagesOneByOne() throws Exception {
        Journal journal = journal(new Journal.Sizes(1 << 14, 1));
        for (int i = 0; i < 6; i++) {
            assertThat(commit(JournalCommit.of(journal), "message", 3)).exists();
        }
        killed(journal);

        assertThat(new JournalRecovery(queue, afterCrash()).run().messages()).isEqualTo(3);
    }

    /** Its files are open, but nobody would find them after a crash. */
    @Test
    void aDirectoryThatIsGoneTakesNoMore() throws Exception {
        Journal journal = journal(SMALL);
        JournalCommit commit = JournalCommit.of(journal);
        commit(commit, "in the journal", 3);
        journal.checkpoint();
        Path place = root.resolve(Journal.DIRECTORY);
        Path aside = Files.move(place, root.resolve("aside"));
        try (LogLines log = new LogLines("org.postrider.common.queue")) {
            assertThat(commit(commit, "synced by itself", 3)).exists();
            assertThat(commit(commit, "this one, too", 3)).exists();
            assertThat(log.lines()).containsExactly("journal: no new file for the journal: " + place.resolve("0001")
                    + ": No such file or directory: messages are synced one by one meanwhile");
        }
        Files.move(aside, place);
        Path last = commit(commit, "in the journal again", 3);
        killed(journal);
        Files.delete(last);

        assertThat(new JournalRecovery(queue, afterCrash()).run()).isEqualTo(new JournalRecovery.Result(1, 1, 0));
        assertThat(last).exists();
    }

    /** The note about a failure takes no room: on a full disk, too, nobody empties what the failed one left. */
    @Test
    void aSyncThatFailsOnAFullDiskIsKnownToAll() throws Exception {
        SimulatedFileSystem files = new SimulatedFileSystem(new Random(1));
        Path top = files.getPath("/queue");
        Files.createDirectory(top);
        Files.createDirectory(top.resolve(Journal.DIRECTORY));
        queue = new QueueDirectory(top, Set.of(), 0);
        queue.create(QueueName.INCOMING, QueueName.ACTIVE);
        Journal failing = new Journal(top, files.disk(), SMALL, System::nanoTime);
        Path lost = commit(JournalCommit.of(failing), "lost", 3);
        QueueId id = new QueueId(String.valueOf(lost.getFileName()));
        byte[] content = Files.readAllBytes(lost);
        files.full(true);
        files.refuseSyncs(true);
        assertThatThrownBy(failing::checkpoint).hasMessage("Input/output error");
        files.refuseSyncs(false);
        files.killProcesses();
        JournalCommit other = JournalCommit.of(new Journal(top, files.disk(), SMALL, System::nanoTime));
        assertThat(other.mayReturn(id)).as("the id of what is kept is not given").isTrue();
        other.stop();
        files.full(false);
        Files.delete(lost);
        assertThat(new JournalRecovery(queue, afterCrash(files.disk())).run().restored()).isEqualTo(1);
        assertThat(Files.readAllBytes(lost)).isEqualTo(content);
        assertThat(top.resolve("journal/failed")).doesNotExist();
    }

    @Test
    void nobodyElseTouchesSegmentInUseAndOrphansAreEmptied() throws Exception {
        Journal first = journal(SMALL);
        commit(JournalCommit.of(first), "of the first", 3);
        Journal second = journal(SMALL);
        second.adoptOrphans();
        commit(JournalCommit.of(second), "of the second", 3);
        assertThat(segments()).hasSize(2);
        killed(first);
        Journal third = journal(SMALL);
        third.adoptOrphans();
        third.stop();

        assertThat(new JournalRecovery(queue, afterCrash()).run().messages()).isZero();
    }

    @Test
    void manyAtOnceAreAllInTheJournal() throws Exception {
        Journal journal = journal(Journal.Sizes.USUAL);
        JournalCommit commit = JournalCommit.of(journal);
        Set<Path> accepted = ConcurrentHashMap.newKeySet();
        List<Thread> threads = IntStream.range(0, 16).mapToObj(n -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 40; i++) {
                try {
                    accepted.add(commit(commit, "message " + n + " " + i, i));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        killed(journal);
        for (Path path : accepted) {
            Files.delete(path);
        }

        assertThat(new JournalRecovery(queue, afterCrash()).run().restored()).isEqualTo(640);
        assertThat(accepted).hasSize(640).allMatch(Files::exists);
    }

    @Test
    void keeperEmptiesTheJournal() throws Exception {
        Files.delete(root.resolve(Journal.DIRECTORY));
        QueueCommit commit = CommitSetting.JOURNAL.open(root);
        commit(commit, "message", 3);
        commit.stop();

        assertThat(new JournalRecovery(queue, afterCrash()).run().messages()).isZero();
        assertThat(CommitSetting.FSYNC.open(root)).isInstanceOf(JournalCommit.class);
        assertThat(CommitSetting.of("never")).isEmpty();
    }

    @Test
    void recoveryWithoutRoomKeepsTheJournal() throws Exception {
        Journal journal = journal(SMALL);
        Path path = commit(JournalCommit.of(journal), "message", 3);
        killed(journal);
        Files.delete(path);
        Files.delete(root.resolve("incoming"));
        Files.write(root.resolve("incoming"), new byte[0]);

        assertThatThrownBy(() -> new JournalRecovery(queue, afterCrash()).run()).isInstanceOf(IOException.class);
        Files.delete(root.resolve("incoming"));

        assertThat(new JournalRecovery(queue, afterCrash()).run().restored()).isEqualTo(1);
        assertThat(path).exists();
    }
}
