package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the memory of an index is given back. */
class LiveContentsTest {
    private final Deque<Runnable> later = new ArrayDeque<>();
    private int released;
    private int closed;
    private long now = 1_000_000;

    private final TableContents index = new TableContents() {
        @Override
        public LookupResult find(String key) {
            return LookupResult.NOT_FOUND;
        }

        @Override
        public void release() {
            released++;
        }

        @Override
        public void close() {
            closed++;
        }
    };
    private final LiveContents contents = new LiveContents(index, Optional.of(later::add));

    private void ask(int times, int perMillisecond) {
        for (int i = 1; i <= times; i++) {
            contents.find("key", now);
            if (i % perMillisecond == 0) {
                now++;
            }
        }
    }

    @Test
    void calmLookupsGiveMemoryBackAllTheTime() {
        ask(1000, 1);
        assertThat(released).isEqualTo(20);
        assertThat(later).isEmpty();
    }

    @Test
    void aBurstKeepsItAndGivesItBackInTheEnd() {
        ask(50, 1);
        released = 0;
        ask(200_000, 100);
        assertThat(released).isZero();
        assertThat(later).hasSize(1);
        ask(200_000, 100);
        later.remove().run();
        assertThat(released).isZero();
        assertThat(later).hasSize(1);
        later.remove().run();
        assertThat(released).isEqualTo(1);
        assertThat(later).isEmpty();
        ask(100_000, 100);
        assertThat(later).hasSize(1);
    }

    @Test
    void aCommandKeepsItToItsEnd() {
        LiveContents kept = new LiveContents(index, Optional.empty());
        for (int i = 0; i < 1000; i++) {
            kept.find("key", now++);
        }
        assertThat(released).isZero();
    }

    @Test
    void whatIsClosedIsLeftAlone() {
        ask(100_000, 100);
        contents.leave();
        assertThat(closed).isEqualTo(1);
        released = 0;
        later.remove().run();
        assertThat(released).isZero();
        assertThat(closed).isEqualTo(1);
    }
}
