package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.common.testing.SimulatedFileSystem;

/** Taking a message in on a disk that fails: nothing half is left, and the next message has nothing to do with it. */
class FsyncCommitTest {
    private static final int STEPS = 6;

    private final SimulatedFileSystem files = new SimulatedFileSystem(new Random(1));
    private final QueueDirectory queue = new QueueDirectory(files.getPath("/queue"), Set.of(), 0);

    @BeforeEach
    void make() throws IOException {
        Files.createDirectory(queue.root());
        queue.create(QueueName.INCOMING);
        files.disk().mounted(queue.root()).sync();
    }

    private NewQueueFile create() throws IOException {
        return NewQueueFile.create(queue, QueueName.INCOMING, true, InstantSource.system(), _ -> false);
    }

    /** One step of writing a message; each ends on the disk. */
    private static void step(NewQueueFile file, int step) throws IOException {
        switch (step) {
            case 0 -> file.beginWithSize();
            case 1 -> file.records().write(RecordType.SENDER, "from@example.com");
            case 2 -> file.records().write(RecordType.RECIPIENT, "to@example.com").write(RecordType.MESSAGE);
            case 3 -> file.records().write(RecordType.TEXT, "x".repeat(5000));
            case 4 -> file.records().write(RecordType.EXTRACTED).write(RecordType.END);
            default -> file.patchSize(new MessageSize(5003, 150, 1, 0, 5003, 0));
        }
        file.records().flush();
    }

    private Path whole() throws IOException {
        NewQueueFile file = create();
        for (int step = 0; step < STEPS; step++) {
            step(file, step);
        }
        new FsyncCommit().commit(file);
        return file.path();
    }

    private boolean isComplete(Path file) throws IOException {
        return Files.exists(file) && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    }

    @Test
    void anFsyncThatFailsIsFinalForItsFile() throws IOException {
        NewQueueFile file = create();
        for (int step = 0; step < STEPS; step++) {
            step(file, step);
        }
        files.refuseSyncs(true);
        assertThatThrownBy(() -> new FsyncCommit().commit(file)).isInstanceOf(IOException.class)
                .hasMessage("Input/output error");
        files.refuseSyncs(false);
        Path path = file.path();
        file.abandon();
        assertThat(path).doesNotExist();
        // The kernel may have thrown the data away and would call a second fsync a success: there can be none.
        assertThatThrownBy(file::force).isInstanceOf(ClosedChannelException.class);

        Path next = whole();
        assertThat(next).isNotEqualTo(path);
        files.crash();
        assertThat(isComplete(next)).isTrue();
        assertThat(Files.exists(path)).isFalse();
    }

    @Test
    void aDiskThatIsFullAtAnyWriteLeavesNothingThatLooksLikeAMessage() throws IOException {
        for (int full = -1; full < STEPS; full++) {
            NewQueueFile file = null;
            files.full(full < 0);
            try {
                file = create();
                for (int step = 0; step < STEPS; step++) {
                    files.full(step >= full);
                    step(file, step);
                }
                new FsyncCommit().commit(file);
                assertThat(full).as("only what needs no more room succeeds").isEqualTo(STEPS - 1);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left on device");
                if (file != null) {
                    assertThat(isComplete(file.path())).isFalse();
                    file.abandon();
                    assertThat(file.path()).doesNotExist();
                }
            }
            files.full(false);
            assertThat(isComplete(whole())).isTrue();
        }
    }
}
