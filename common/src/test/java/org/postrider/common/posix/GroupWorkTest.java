package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GroupWorkTest {
    private static final String FIRST = "first";
    private static final int MOST = 4;

    private final List<List<String>> done = Collections.synchronizedList(new ArrayList<>());
    private final List<String> begun = Collections.synchronizedList(new ArrayList<>());
    private final GroupWork<String> groups = new GroupWork<>(this::workOn, String::length, MOST * FIRST.length(),
            _ -> Duration.ofHours(1).toNanos(), GroupWork.oneThread("work"));

    /** The first is not done before two more wait. */
    private void workOn(List<String> together) throws IOException {
        begun.addAll(together);
        while (together.contains(FIRST) && groups.gathered() < 2) {
            Thread.onSpinWait();
        }
        if (together.contains("wrong")) {
            throw new IOException("No space left on device");
        }
        done.add(List.copyOf(together));
    }

    private FutureTask<Void> started(String one) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            groups.join(one);
            return null;
        });
        Thread.ofPlatform().start(task);
        return task;
    }

    private void awaitGathered(int number) {
        while (groups.gathered() < number) {
            Thread.onSpinWait();
        }
    }

    /** It would be an hour, had not the next group become full. */
    @Test
    void afterMoreThanOneTheNextAreGatheredUntilTheyAreFull() throws Exception {
        groups.join("alone");
        groups.join("again");
        assertThat(done).containsExactly(List.of("alone"), List.of("again"));

        List<FutureTask<Void>> tasks = new ArrayList<>(List.of(started(FIRST)));
        while (!begun.contains(FIRST)) {
            Thread.onSpinWait();
        }
        tasks.add(started("two"));
        tasks.add(started("three"));
        for (FutureTask<Void> task : tasks) {
            task.get();
        }
        assertThat(done).hasSize(4);
        assertThat(done.getLast()).containsExactlyInAnyOrder("two", "three");

        FutureTask<Void> waits = started("waits");
        awaitGathered(1);
        FutureTask<Void> larger = started("larger than the rest");
        waits.get();
        assertThat(done.get(4)).containsExactly("waits");
        assertThat(larger.get()).isNull();
    }

    @Test
    void aFailureIsTheCauseForAllOfItsGroup() throws Exception {
        assertThatThrownBy(() -> groups.join("wrong")).isInstanceOf(IOException.class)
                .hasRootCauseMessage("No space left on device");
        groups.join("right");
        assertThat(done).containsExactly(List.of("right"));
    }
}
