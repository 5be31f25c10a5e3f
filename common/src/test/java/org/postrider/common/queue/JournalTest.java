package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.FileThreads;
import org.postrider.common.testing.LogLines;
import org.postrider.common.testing.SimulatedFileSystem;

/** The journal on the file system of the machine that runs the test; a crash is what the test takes away from the queue. */
class JournalTest {
    private static final InstantSource CLOCK = () -> Instant.now();
    private static final FileThreads SAME_THREAD = new FileThreads(Runnable::run);
    private static final Journal.Sizes SMALL = new Journal.Sizes(1 << 16, 2);

    @TempDir
    Path root;

    private QueueDirectory queue;

    @BeforeEach
    void makeQueue() throws IOException {
        queue = new QueueDirectory(root, Set.of(), 0);
        queue.create(QueueName.INCOMING, QueueName.ACTIVE);
        Files.createDirectory(root.resolve(Journal.DIRECTORY));
    }

    private Journal journal(Journal.Sizes sizes) throws IOException {
        return new Journal(root, new LocalDisk(), sizes, System::nanoTime);
    }

    private NewQueueFile message(String text, int lines) throws IOException {
        NewQueueFile file = NewQueueFile.create(queue, QueueName.INCOMING, true, CLOCK, _ -> false);
        file.beginWithSize();
        file.records().write(RecordType.RECIPIENT, "to@example.com").write(RecordType.MESSAGE);
        long data = file.records().position();
        for (int i = 0; i < lines; i++) {
            file.records().write(RecordType.TEXT, text);
        }
        long end = file.records().position();
        file.records().write(RecordType.EXTRACTED).write(RecordType.END);
        file.patchSize(new MessageSize(end - data, data, 1, 0, end - data, 0));
        return file;
    }

    private Path commit(QueueCommit commit, String text, int lines) throws IOException {
        NewQueueFile file = message(text, lines);
        commit.commit(file);
        return file.path();
    }

    /** Another life of the file system. */
    private static Disk afterCrash() {
        return afterCrash(new LocalDisk());
    }

    private static Disk afterCrash(Disk local) {
        return new Disk() {
            @Override
            public Mounted mounted(Path directory) throws IOException {
                Mounted mounted = local.mounted(directory);
                return new Mounted() {
                    @Override
                    public void sync() throws IOException {
                        mounted.sync();
                    }

                    @Override
                    public String incarnation() {
                        return "the next";
                    }

                    @Override
                    public void close() throws IOException {
                        mounted.close();
                    }
                };
            }

            @Override
            public Optional<Closeable> lock(Path file) throws IOException {
                return local.lock(file);
            }
        };
    }

    /** The process is killed: its locks are gone, its segments are not emptied. */
    private List<Path> copyOfSegments() throws IOException {
        List<Path> copies = new ArrayList<>();
        for (Path segment : segments()) {
            Path copy = segment.resolveSibling("copy" + segment.getFileName());
            Files.copy(segment, copy);
            copies.add(copy);
        }
        return copies;
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(root.resolve(Journal.DIRECTORY))) {
            return files.filter(file -> file.getFileName().toString().length() == 4).sorted().toList();
        }
    }

    private void killed(Journal journal) throws IOException {
        List<Path> copies = copyOfSegments();
        journal.stop();
        for (Path segment : segments()) {
            Files.delete(segment);
        }
        for (Path copy : copies) {
            Files.move(copy, copy.resolveSibling(copy.getFileName().toString().substring(4)));
        }
    }

    @Test
    void aDaemonInANewRootDirectoryIsToldTheBoot() throws Exception {
        String boot = LocalDisk.bootId().orElseThrow();
        assertThat(incarnation(Map.of())).startsWith(boot);
        assertThat(incarnation(Map.of(LocalDisk.BOOT_VARIABLE, boot))).isEqualTo(incarnation(Map.of()));
        assertThat(incarnation(Map.of(LocalDisk.BOOT_VARIABLE, "another"))).startsWith("another");
    }

    private String incarnation(Map<String, String> environment) throws IOException {
        try (Disk.Mounted mounted = new LocalDisk(environment).mounted(root)) {
            return mounted.incarnation();
        }
    }

    @Test
    void anIdIsNotGivenWhileItsMessageCouldComeBack() throws Exception {
        Journal journal = journal(SMALL);
        JournalCommit commit = JournalCommit.of(journal);
        NewQueueFile gone = message("gone", 3);
        commit.commit(gone);
        Files.delete(gone.path());
        assertThat(commit.mayReturn(gone.id())).as("its removal is not on the disk").isTrue();
        journal.checkpoint();
        assertThat(commit.mayReturn(gone.id())).isFalse();
        journal.stop();
    }

    @Test
    void twoProcessesNeverGiveTheSameId() throws IOException {
        List<JournalCommit> living = new ArrayList<>();
        for (int i = 0; i < IdLane.LANES; i++) {
            living.add(JournalCommit.of(journal(SMALL)));
        }
        for (boolean longIds : new boolean[]{false, true}) {
            Set<QueueId> given = new HashSet<>();
            for (JournalCommit commit : living) {
                // The same microsecond, and again and again the inode number of the file that has just gone.
                NewQueueFile file = NewQueueFile.create(queue, QueueName.INCOMING, longIds,
                        InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000, 999_999_000)), commit::isTaken);
                assertThat(given.add(file.id())).as("%s is new", file.id()).isTrue();
                file.abandon();
            }
        }
        assertThatThrownBy(() -> JournalCommit.of(journal(SMALL))).isInstanceOf(IOException.class)
                .hasMessageStartingWith("32 processes take mail in already");
        living.get(7).stop();
        JournalCommit next = JournalCommit.of(journal(SMALL));
        assertThat(next.isTaken(QueueId.of(Instant.ofEpochSecond(1, 7 * 1000), 5, false))).isFalse();
        assertThat(next.isTaken(QueueId.of(Instant.ofEpochSecond(1, 8 * 1000), 5, false))).isTrue();
    }

    @Test
    void theIdOfAMessageThatWasWrittenAgainIsNotGivenAsLongAsTheMessageIsThere() throws Exception {
        Journal journal = journal(SMALL);
        NewQueueFile lost = message("lost", 3);
        JournalCommit.of(journal).commit(lost);
        killed(journal);
        Files.delete(lost.path());
        // Others take the inode number, so that the file cannot get it again.
        for (int i = 0; i < 50; i++) {
            Files.createFile(root.resolve("other" + i));
        }
        new JournalRecovery(queue, afterCrash()).run();
        assertThat(lost.path()).exists();
        assertThat(Files.getAttribute(lost.path(), "unix:ino")).isNotEqualTo(lost.id().inode());
        assertThat(JournalCommit.of(journal(SMALL)).mayReturn(lost.id())).isTrue();
        Files.delete(lost.path());
        new JournalRecovery(queue, afterCrash()).run();
        assertThat(JournalCommit.of(journal(SMALL)).mayReturn(lost.id())).isFalse();
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

    /** Its removal was not on the disk when its inode number, and in the same microsecond of a second its name, were given again. */
    @Test
    void aRemovedMessageThatTheCrashBringsBackUnderTheNameOfANewOneHidesIt() throws Exception {
        for (QueueName place : List.of(QueueName.ACTIVE, QueueName.INCOMING)) {
            Journal journal = journal(SMALL);
            Path fresh = commit(JournalCommit.of(journal), "new", 3);
            byte[] content = Files.readAllBytes(fresh);
            killed(journal);
            Files.delete(fresh);
            byte[] old = Files.readAllBytes(commit(new FsyncCommit(), "old", 300));
            QueueId id = new QueueId(String.valueOf(fresh.getFileName()));
            clear();
            Path back = Files.write(queue.path(place, id), old);
            Files.setPosixFilePermissions(back, PosixFilePermissions.fromString("rwx------"));

            assertThat(new JournalRecovery(queue, afterCrash()).run()).isEqualTo(new JournalRecovery.Result(1, 1, 0));

            assertThat(Files.readAllBytes(fresh)).isEqualTo(content);
            List<Path> others = messages().stream().filter(path -> !path.equals(fresh)).toList();
            assertThat(others).hasSize(1).allSatisfy(path -> {
                assertThat(path.getParent()).isEqualTo(back.getParent());
                assertThat(Files.readAllBytes(path)).isEqualTo(old);
                assertThat(new QueueId(path.getFileName().toString()).inode())
                        .isEqualTo(Files.getAttribute(path, "unix:ino"));
            });
            clear();
        }
    }

    @Test
    void whenBothAreThereTheJournalsIsFoundWhereverItIs() throws Exception {
        Journal journal = journal(SMALL);
        Path fresh = commit(JournalCommit.of(journal), "new", 3);
        QueueId id = new QueueId(String.valueOf(fresh.getFileName()));
        byte[] content = Files.readAllBytes(fresh);
        killed(journal);
        Files.move(fresh, queue.path(QueueName.ACTIVE, id));
        Files.write(queue.path(QueueName.ACTIVE, id), Arrays.copyOf(content, 40));
        byte[] old = Files.readAllBytes(commit(new FsyncCommit(), "old", 300));
        clear(QueueName.INCOMING);
        Files.write(fresh, old);

        assertThat(new JournalRecovery(queue, afterCrash()).run()).isEqualTo(new JournalRecovery.Result(1, 0, 1));

        assertThat(Files.readAllBytes(queue.path(QueueName.ACTIVE, id))).isEqualTo(content);
        assertThat(fresh).doesNotExist();
        assertThat(messages()).hasSize(2).anySatisfy(path -> assertThat(Files.readAllBytes(path)).isEqualTo(old));
    }

    /** What users submitted is no queue file, but it is theirs. */
    @Test
    void aSubmissionUnderTheNameStays() throws Exception {
        Journal journal = journal(SMALL);
        Path fresh = commit(JournalCommit.of(journal), "new", 3);
        killed(journal);
        Files.delete(fresh);
        queue.create(QueueName.MAILDROP);
        Files.writeString(queue.path(QueueName.MAILDROP, new QueueId(String.valueOf(fresh.getFileName()))),
                "submitted");

        assertThat(new JournalRecovery(queue, afterCrash()).run().restored()).isEqualTo(1);

        assertThat(fresh).exists();
        assertThat(queue.top(QueueName.MAILDROP))
                .isDirectoryNotContaining(path -> path.getFileName().equals(fresh.getFileName()))
                .isDirectoryContaining(path -> path.toFile().length() == "submitted".length());
    }

    /** Only processes have died: what the queue shows is true. */
    @Test
    void afterAKillAnotherMessageUnderTheNameIsLeftAlone() throws Exception {
        Journal journal = journal(SMALL);
        Path path = commit(JournalCommit.of(journal), "first", 3);
        killed(journal);
        byte[] other = Files.readAllBytes(commit(new FsyncCommit(), "other", 3));
        clear();
        Files.write(path, other);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));

        assertThat(new JournalRecovery(queue, new LocalDisk()).run()).isEqualTo(new JournalRecovery.Result(1, 0, 0));

        assertThat(messages()).containsExactly(path);
        assertThat(Files.readAllBytes(path)).isEqualTo(other);
    }

    private List<Path> messages() throws IOException {
        List<Path> found = new ArrayList<>();
        for (QueueName name : List.of(QueueName.INCOMING, QueueName.ACTIVE)) {
            try (var files = Files.list(queue.top(name))) {
                files.forEach(found::add);
            }
        }
        return found;
    }

    private void clear(QueueName... names) throws IOException {
        for (Path path : messages()) {
            if (names.length == 0 || path.getParent().endsWith(names[0].directory())) {
                Files.delete(path);
            }
        }
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
        QueueCommit commit = CommitSetting.JOURNAL.open(root, SAME_THREAD);
        commit(commit, "message", 3);
        commit.stop();

        assertThat(new JournalRecovery(queue, afterCrash()).run().messages()).isZero();
        assertThat(CommitSetting.FSYNC.open(root, SAME_THREAD)).isInstanceOf(JournalCommit.class);
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
