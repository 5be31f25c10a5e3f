package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SharedSyncTest {
    private static final Duration FAR = Duration.ofHours(1);

    private final List<String> acts = Collections.synchronizedList(new ArrayList<>());

    private SharedSync.Written file(String name) {
        return new SharedSync.Written() {
            @Override
            public void beginWriting() {
                acts.add("begin " + name);
            }

            @Override
            public void awaitWriting() throws IOException {
                acts.add("await " + name);
                if (name.equals("torn")) {
                    throw new IOException("Input/output error");
                }
            }

            @Override
            public void sync() {
                acts.add("sync " + name);
            }
        };
    }

    private FutureTask<Void> started(SharedSync shared, String name) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            shared.sync(file(name));
            return null;
        });
        Thread.ofPlatform().start(task);
        return task;
    }

    /** Until so many files are known to the group, which only its size tells. */
    private static void awaitGathered(SharedSync shared, int number) {
        while (shared.gathered() < number) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoIsAloneGoesAtOnce() throws Exception {
        new SharedSync(FAR, 20).sync(file("a"));
        assertThat(acts).containsExactly("begin a", "await a", "sync a");
    }

    @Test
    void whoComesSoonAfterWaitsForOthersAndGoesWithThem() throws Exception {
        SharedSync shared = new SharedSync(FAR, 2);
        shared.sync(file("a"));
        FutureTask<Void> second = started(shared, "b");
        awaitGathered(shared, 1);
        assertThat(acts).hasSize(3);
        shared.sync(file("c"));
        second.get();
        assertThat(acts.subList(3, 7)).as("the bytes of all go first")
                .containsExactly("begin b", "begin c", "await b", "await c");
        assertThat(acts.subList(7, 9)).containsExactlyInAnyOrder("sync b", "sync c");
    }

    @Test
    void nobodyWaitsLongerThanTheInterval() throws Exception {
        SharedSync shared = new SharedSync(Duration.ofMillis(1), 20);
        shared.sync(file("a"));
        shared.sync(file("b"));
        assertThat(acts).endsWith("sync b");
    }

    @Test
    void aFailureIsThatFilesAlone() throws Exception {
        SharedSync shared = new SharedSync(FAR, 2);
        shared.sync(file("a"));
        FutureTask<Void> torn = started(shared, "torn");
        awaitGathered(shared, 1);
        shared.sync(file("whole"));
        assertThatThrownBy(torn::get).isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("Input/output error");
        assertThat(acts).contains("sync whole").doesNotContain("sync torn");
    }

    @Test
    void anInterruptEndsTheWaitingNotTheSync() throws Exception {
        SharedSync shared = new SharedSync(FAR, 20);
        shared.sync(file("a"));
        Thread.currentThread().interrupt();
        shared.sync(file("b"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(acts).endsWith("sync b");
    }

    @Test
    void aNewFileIsWhatWasWritten(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("f");
        byte[] bytes = new byte[100_000];
        bytes[99_999] = 7;
        try (NewFile file = NewFile.create(path, 0640)) {
            file.write('x');
            file.write(bytes, 50_000, 50_000);
            new SharedSync(FAR, 1).sync(file);
            assertThat(file.status().size()).isEqualTo(50_001);
            assertThat(file.status().inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
        }
        byte[] read = Files.readAllBytes(path);
        assertThat(read).hasSize(50_001).startsWith((byte) 'x', (byte) 0).endsWith((byte) 0, (byte) 7);
        assertThatThrownBy(() -> NewFile.create(path, 0640))
                .isInstanceOfSatisfying(PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    }

    @Test
    void aFullDeviceSaysSo() throws Exception {
        Path full = Path.of("/dev/full");
        int descriptor = Inodes.open(full, Inodes.WRITE_ONLY, 0);
        try {
            assertThatThrownBy(() -> Descriptors.writeFully(descriptor, new byte[10], 0, 10))
                    .hasMessage("No space left on device");
        } finally {
            Descriptors.close(descriptor);
        }
    }
}
