package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueueNudgeTest {
    private final AtomicInteger sent = new AtomicInteger();
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Test
    void oneMoreFollowsWhateverCameMeanwhile() {
        QueueNudge[] self = new QueueNudge[1];
        self[0] = new QueueNudge(() -> {
            if (sent.incrementAndGet() == 1) {
                self[0].nudge();
                self[0].nudge();
            }
        }, tasks::add);
        self[0].nudge();
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(sent).hasValue(2);
        assertThat(tasks).isEmpty();
        self[0].nudge();
        tasks.remove().run();
        assertThat(sent).hasValue(3);
    }
}
