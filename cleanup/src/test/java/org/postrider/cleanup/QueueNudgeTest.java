package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueNudgeTest {
    private final List<String> sent = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    private void send(byte[] bytes) {
        sent.add(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatComesMeanwhileGoesWithTheNext() {
        QueueNudge[] self = new QueueNudge[1];
        self[0] = new QueueNudge(bytes -> {
            send(bytes);
            if (sent.size() == 1) {
                self[0].nudge("B");
                self[0].nudge("C");
            }
        }, tasks::add);
        self[0].nudge("A");
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(sent).containsExactly("NA\0", "NB\0NC\0");
        assertThat(tasks).isEmpty();
        self[0].nudge("D");
        tasks.remove().run();
        assertThat(sent).last().isEqualTo("ND\0");
    }

    @Test
    void afterALossQmgrIsAskedToLookForItself() {
        QueueNudge nudge = new QueueNudge(bytes -> {
            if (sent.isEmpty()) {
                sent.add("lost");
                throw new IOException("Connection refused");
            }
            send(bytes);
        }, tasks::add);
        nudge.nudge("A");
        tasks.remove().run();
        nudge.nudge("B");
        tasks.remove().run();
        nudge.nudge("C");
        tasks.remove().run();
        assertThat(sent).containsExactly("lost", "NB\0I", "NC\0");
    }

    @Test
    void whoGoesAsksQmgrToLookForItselfBecauseNamesMayBeOnTheirWay() {
        QueueNudge nudge = new QueueNudge(this::send, tasks::add);
        nudge.finish();
        assertThat(sent).as("nothing was told, nothing can be lost").isEmpty();
        nudge.nudge("A");
        nudge.finish();
        assertThat(sent).containsExactly("I");
    }

    @Test
    void aBugOnTheWayStopsNoLaterName() {
        QueueNudge nudge = new QueueNudge(bytes -> {
            if (sent.isEmpty()) {
                sent.add("bug");
                throw new IllegalStateException("bug");
            }
            send(bytes);
        }, tasks::add);
        nudge.nudge("A");
        tasks.remove().run();
        nudge.nudge("B");
        tasks.remove().run();
        assertThat(sent).containsExactly("bug", "NB\0I");
    }

    @Test
    void moreNamesThanAreKeptAreFoundByAScan() {
        QueueNudge nudge = new QueueNudge(this::send, tasks::add);
        for (int i = 0; i < 5000; i++) {
            nudge.nudge("Q");
        }
        tasks.remove().run();
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst()).hasSize(3001).endsWith("I");
    }
}
