package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ids and names while a journal has messages: no two messages of one name, whatever a crash brings back. */
class JournalIdsTest extends JournalFixture {
    private void clear(QueueName... names) throws IOException {
        for (Path path : messages()) {
            if (names.length == 0 || path.getParent().endsWith(names[0].directory())) {
                Files.delete(path);
            }
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
}
