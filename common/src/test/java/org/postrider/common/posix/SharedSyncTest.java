package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedSyncTest {
    private static final int FIRST = 1;
    private static final int TORN = 666;

    private final List<List<Integer>> groups = Collections.synchronizedList(new ArrayList<>());
    private final SharedSync shared = new SharedSync(this::sync, _ -> 0, Runnable::run);
    private int awaited;

    /** The first is not synced before as many wait as the test asks for. */
    private @Nullable IOException[] sync(int... descriptors) {
        groups.add(Arrays.stream(descriptors).boxed().toList());
        while (descriptors[0] == FIRST && shared.gathered() < awaited) {
            Thread.onSpinWait();
        }
        return Arrays.stream(descriptors).mapToObj(one -> one == TORN ? new IOException("Input/output error") : null)
                .toArray(IOException[]::new);
    }

    private FutureTask<Void> started(int descriptor) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            shared.sync(descriptor);
            return null;
        });
        Thread.ofPlatform().start(task);
        return task;
    }

    private List<FutureTask<Void>> oneAndThen(int... later) {
        awaited = later.length;
        List<FutureTask<Void>> tasks = new ArrayList<>();
        tasks.add(started(FIRST));
        while (groups.isEmpty()) {
            Thread.onSpinWait();
        }
        for (int descriptor : later) {
            tasks.add(started(descriptor));
        }
        return tasks;
    }

    @Test
    void whoIsAloneGoesAtOnce() throws Exception {
        shared.sync(7);
        shared.sync(8);
        assertThat(groups).containsExactly(List.of(7), List.of(8));
    }

    @Test
    void whoComeMeanwhileGoTogether() throws Exception {
        for (FutureTask<Void> task : oneAndThen(2, 3, 4)) {
            task.get();
        }
        assertThat(groups).hasSize(2);
        assertThat(groups.get(0)).containsExactly(FIRST);
        assertThat(groups.get(1)).containsExactlyInAnyOrder(2, 3, 4);
    }

    @Test
    void aFailureIsThatFilesAlone() throws Exception {
        List<FutureTask<Void>> tasks = oneAndThen(2, TORN, 4);
        assertThatThrownBy(tasks.get(2)::get).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOf(IOException.class)
                .hasMessage("Input/output error");
        tasks.get(1).get();
        tasks.get(3).get();
        assertThat(groups).hasSize(2);
    }

    @Test
    void aGroupIsNoLargerThanTheDiskTakes() throws Exception {
        int[] many = new int[SharedSync.Disk.MOST + 6];
        Arrays.setAll(many, i -> 1000 + i);
        for (FutureTask<Void> task : oneAndThen(many)) {
            task.get();
        }
        assertThat(groups).extracting(List::size).containsExactly(1, SharedSync.Disk.MOST, 6);
    }

    @Test
    void aDefectIsAFailureForAllOfItsGroup() {
        SharedSync broken = new SharedSync(_ -> {
            throw new IllegalStateException("broken");
        }, _ -> 0, Runnable::run);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> broken.sync(5)).isInstanceOf(IOException.class).hasRootCauseMessage("broken");
        }
    }

    @Test
    void withoutAThreadWhoComesDoesIt() throws Exception {
        SharedSync alone = new SharedSync(descriptors -> new IOException[descriptors.length], _ -> 0, _ -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        alone.sync(5);
        assertThat(alone.gathered()).isZero();
    }

    @Test
    void anInterruptEndsNoSync() throws Exception {
        Thread.currentThread().interrupt();
        shared.sync(5);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(groups).containsExactly(List.of(5));
    }
}
