package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays hours of traffic on a clock of its own and checks at every step what must never be otherwise. */
class SchedulerSimulationTest {
    private static final int CONCURRENCY = 7;
    private static final int DELIVERIES = 30;
    private static final int RECIPIENTS = 4;

    private record Running(Instant end, Entry entry) {}

    private final Map<String, Integer> busyDestinations = new HashMap<>();
    private final Map<String, Integer> busyTransports = new HashMap<>();
    private final PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparing(Running::end));
    private Instant now = START;
    private int added;
    private int ended;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRecipientEndsOnceWithinAllLimits(long seed) {
        Random random = new Random(seed);
        TransportSettings settings = new TransportSettings(RECIPIENTS, CONCURRENCY, 1 + random.nextInt(5),
                new Feedback(1, Feedback.Scale.WINDOW), new Feedback(0.5, Feedback.Scale.NOTHING),
                1 + random.nextInt(3), random.nextInt(4) == 0 ? Duration.ofMillis(300) : Duration.ZERO,
                random.nextInt(4) == 0 ? Duration.ofMillis(20) : Duration.ZERO, DELIVERIES);
        DeliveryScheduler scheduler = new FairScheduler(Samples.scheduler(settings));
        for (int i = 0; i < 600; i++) {
            scheduler.add(Samples.message(i), traffic(random), now);
            if (random.nextInt(50) == 0) {
                scheduler.flushDead(now);
            }
            if (random.nextInt(60) == 0) {
                scheduler.reconfigure(Samples.scheduler(settings), now);
            }
            work(scheduler, random);
            advance(scheduler, random, now.plusMillis(random.nextInt(500)));
        }
        for (int i = 0; i < 1_000_000 && ended < added; i++) {
            advance(scheduler, random, nextTime(scheduler));
        }
        assertThat(ended).isEqualTo(added);
        assertThat(running).isEmpty();
    }

    private List<RoutedRecipient> traffic(Random random) {
        List<RoutedRecipient> recipients = new ArrayList<>();
        int count = random.nextInt(20) == 0 ? 60 : 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String transport = random.nextInt(4) == 0 ? "relay" : "smtp";
            recipients.add(Samples.to(transport, "u" + i + "@d" + random.nextInt(12) + ".example"));
        }
        added += count;
        return recipients;
    }

    private Instant nextTime(DeliveryScheduler scheduler) {
        Running first = running.peek();
        Optional<Instant> wake = scheduler.wakeTime();
        if (first == null) {
            return wake.orElse(now.plusSeconds(1));
        }
        return wake.isPresent() && wake.get().isBefore(first.end()) ? wake.get() : first.end();
    }

    private void advance(DeliveryScheduler scheduler, Random random, Instant until) {
        while (!running.isEmpty() && !running.peek().end().isAfter(until)) {
            Running one = running.remove();
            now = one.end();
            end(scheduler, one.entry(), random);
            work(scheduler, random);
        }
        now = until.isAfter(now) ? until : now;
        work(scheduler, random);
    }

    private void end(DeliveryScheduler scheduler, Entry entry, Random random) {
        busyDestinations.merge(place(entry), -1, Integer::sum);
        busyTransports.merge(entry.transport(), -1, Integer::sum);
        int dice = random.nextInt(100);
        DeliveryOutcome outcome = new DeliveryOutcome.Worked(dice % 2 == 0);
        if (dice < 20 && !entry.transport().equals("retry")) {
            outcome = new DeliveryOutcome.SiteTrouble(true, new Trouble("4.4.1", "no answer"));
        } else if (dice == 99) {
            outcome = new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_ERROR);
        }
        if (!(outcome instanceof DeliveryOutcome.AgentTrouble)) {
            ended += entry.recipients().size();
        }
        scheduler.finished(entry, outcome, now);
    }

    private void work(DeliveryScheduler scheduler, Random random) {
        for (Optional<Step> step = scheduler.next(now); step.isPresent(); step = scheduler.next(now)) {
            switch (step.get()) {
                case Step.Deliver(Entry entry) -> {
                    assertThat(entry.recipients()).hasSizeBetween(1, RECIPIENTS);
                    assertThat(busyDestinations.merge(place(entry), 1, Integer::sum))
                            .isLessThanOrEqualTo(CONCURRENCY);
                    assertThat(busyTransports.merge(entry.transport(), 1, Integer::sum))
                            .isLessThanOrEqualTo(DELIVERIES);
                    running.add(new Running(now.plusMillis(10 + random.nextInt(2000)), entry));
                }
                case Step.DeferUntried(ActiveMessage _, List<?> recipients, Trouble _) -> ended += recipients.size();
            }
        }
    }

    private static String place(Entry entry) {
        return entry.transport() + ":" + entry.nexthop();
    }
}
