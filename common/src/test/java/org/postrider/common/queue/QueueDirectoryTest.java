package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.FileLocks;

class QueueDirectoryTest {
    @TempDir
    Path root;

    @Test
    void movesIntoHashedDirectoriesAndFindsAll() throws IOException {
        QueueDirectory directory = new QueueDirectory(root, Set.of("deferred", "defer"), 2);
        Set<QueueId> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            QueueId id = SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "a@b",
                    List.of("c@d"));
            directory.move(id, QueueName.INCOMING, QueueName.DEFERRED);
            assertThat(ids.add(id)).isTrue();
        }
        QueueId one = ids.iterator().next();
        assertThat(directory.path(QueueName.DEFERRED, one))
                .isEqualTo(root.resolve("deferred").resolve(one.text().substring(0, 1))
                        .resolve(one.text().substring(1, 2)).resolve(one.text()));
        assertThat(scan(directory, QueueName.DEFERRED)).isEqualTo(ids);
        assertThat(scan(directory, QueueName.INCOMING)).isEmpty();
        assertThat(scan(directory, QueueName.HOLD)).isEmpty();
        assertThat(directory.find(one, QueueName.ACTIVE, QueueName.DEFERRED)).isPresent();
        assertThat(directory.remove(QueueName.DEFERRED, one)).isTrue();
        assertThat(directory.remove(QueueName.DEFERRED, one)).isFalse();
        assertThatThrownBy(() -> directory.move(one, QueueName.DEFERRED, QueueName.ACTIVE))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void unfinishedFilesAreNotListed() throws IOException {
        QueueDirectory directory = new QueueDirectory(root, Set.of(), 1);
        directory.create(QueueName.INCOMING);
        Files.createFile(root.resolve("incoming/123456.789"));
        assertThat(scan(directory, QueueName.INCOMING)).isEmpty();
    }

    @Test
    void filesOfOneMicrosecondGetDifferentIds() throws IOException {
        QueueDirectory directory = new QueueDirectory(root, Set.of(), 1);
        InstantSource stopped = InstantSource.fixed(java.time.Instant.ofEpochSecond(1000));
        Set<QueueId> ids = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            try (NewQueueFile file = NewQueueFile.create(directory, QueueName.INCOMING, false, stopped, _ -> false)) {
                assertThat(ids.add(file.id())).isTrue();
            }
        }
    }

    @Test
    void anIdThatIsTakenIsPassedOver() throws IOException {
        QueueDirectory directory = new QueueDirectory(root, Set.of(), 0);
        InstantSource stopped = InstantSource.fixed(java.time.Instant.ofEpochSecond(1000));
        try (NewQueueFile file = NewQueueFile.create(directory, QueueName.INCOMING, false, stopped,
                id -> id.text().compareTo("00003") < 0)) {
            assertThat(file.id().text()).startsWith("00003");
            assertThat(file.created()).isEqualTo(stopped.instant().plusNanos(3000));
            assertThat(file.path()).exists();
        }
    }

    @Test
    void locksExcludeWithinOneProcess() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        try (FileLocks.Held one = FileLocks.tryShared(file).orElseThrow();
                FileLocks.Held other = FileLocks.tryShared(file).orElseThrow()) {
            assertThat(one).isNotSameAs(other);
            assertThat(FileLocks.tryExclusive(file)).isEmpty();
        }
        try (FileLocks.Held alone = FileLocks.tryExclusive(file).orElseThrow()) {
            assertThat(alone).isNotNull();
            assertThat(FileLocks.tryShared(file)).isEmpty();
        }
        assertThatThrownBy(() -> FileLocks.tryShared(root.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    private static Set<QueueId> scan(QueueDirectory directory, QueueName queue) throws IOException {
        Set<QueueId> found = new HashSet<>();
        try (QueueScan scan = directory.scan(queue)) {
            for (Optional<QueueScan.Entry> entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                found.add(entry.get().id());
            }
        }
        return found;
    }
}
