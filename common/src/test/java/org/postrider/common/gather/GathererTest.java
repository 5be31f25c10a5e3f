package org.postrider.common.gather;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class GathererTest {
    private static final Duration NAP = Duration.ofMillis(1);

    @Test
    void everyPieceComesOnceAndInTheOrderOfItsThread() throws Exception {
        List<String> got = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (Gatherer<String> gatherer = new Gatherer<>("test", 16, NAP, got::addAll)) {
            for (int t = 0; t < 8; t++) {
                String name = t + ":";
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 1000; i++) {
                        gatherer.put(name + i);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(got).hasSize(8000);
        for (int t = 0; t < 8; t++) {
            String name = t + ":";
            List<String> own = got.stream().filter(piece -> piece.startsWith(name)).toList();
            for (int i = 0; i < 1000; i++) {
                assertThat(own.get(i)).isEqualTo(name + i);
            }
        }
    }

    @Test
    void aSinglePieceWaitsForNoOther() throws Exception {
        LinkedBlockingQueue<String> got = new LinkedBlockingQueue<>();
        try (Gatherer<String> gatherer = new Gatherer<>("test", 16, Duration.ofDays(1), got::addAll)) {
            gatherer.put("alone");
            assertThat(got.take()).isEqualTo("alone");
            // The thread naps for a day now; closing ends that.
            gatherer.put("last");
        }
        assertThat(got).containsExactly("last");
    }

    @Test
    void aPieceWakesTheThreadThatHasGoneToSleep() throws Exception {
        LinkedBlockingQueue<String> got = new LinkedBlockingQueue<>();
        try (Gatherer<String> gatherer = new Gatherer<>("gatherer that sleeps", 16, NAP, got::addAll)) {
            Thread thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(one -> one.getName().equals("gatherer that sleeps")).findFirst().orElseThrow();
            for (int i = 0; i < 3; i++) {
                gatherer.put("piece " + i);
                assertThat(got.take()).isEqualTo("piece " + i);
                // Not TIMED_WAITING, as in a nap: nothing but a piece ends this.
                while (thread.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void aFullBufferMakesWritersWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        try (Gatherer<Integer> gatherer = new Gatherer<>("test", 10, NAP, batch -> {
            sizes.add(batch.size());
            begun.countDown();
            await(goOn);
        })) {
            gatherer.put(0);
            begun.await();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 95; i++) {
                    gatherer.put(i);
                }
            });
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            goOn.countDown();
            writer.join();
        }
        assertThat(sizes).allMatch(size -> size <= 10);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(96);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
