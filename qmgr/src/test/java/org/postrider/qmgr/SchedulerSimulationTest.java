package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postrider.common.queue.QueueFile;

/** Plays hours of traffic on a clock of its own and checks at every step what must never be otherwise. */
class SchedulerSimulationTest {
    private static final int CONCURRENCY = 7;
    private static final int DELIVERIES = 30;
    private static final int RECIPIENTS = 4;
    private static final int MESSAGES = 600;

    private record Running(Instant end, Entry entry) {}

    private final Map<String, Integer> busyDestinations = new HashMap<>();
    private final Map<String, Integer> busyTransports = new HashMap<>();
    private final Map<String, Instant> lastAtDestination = new HashMap<>();
    private final Map<String, Instant> lastAtTransport = new HashMap<>();
    private final PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparing(Running::end));
    private final Map<ActiveMessage, Deque<RoutedRecipient>> files = new LinkedHashMap<>();
    private Instant now = START;
    private TransportSettings settings = TransportSettings.DEFAULT;
    private int added;
    private int ended;
    private int inMemory;

    static LongStream seeds() {
        return Optional.ofNullable(Long.getLong("postrider.seed")).map(LongStream::of)
                .orElse(LongStream.rangeClosed(1, Integer.getInteger("postrider.simulations", 60)));
    }

    private static TransportSettings draw(Random random) {
        return new TransportSettings(RECIPIENTS, CONCURRENCY, 1 + random.nextInt(5),
                new Feedback(1, Feedback.Scale.WINDOW), new Feedback(0.5, Feedback.Scale.NOTHING),
                random.nextInt(4), random.nextInt(4) == 0 ? Duration.ofMillis(300) : Duration.ZERO,
                random.nextInt(4) == 0 ? Duration.ofMillis(20) : Duration.ZERO, 1 + random.nextInt(DELIVERIES),
                new DeliverySlots(random.nextInt(6), random.nextInt(4), random.nextInt(101), random.nextInt(4)),
                new RecipientLimits(random.nextInt(60), random.nextInt(20), 1 + random.nextInt(20),
                        Duration.ofMillis(random.nextInt(2000))));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyRecipientEndsOnceWithinAllLimits(long seed) {
        Random random = new Random(seed);
        settings = draw(random);
        Scheduler scheduler = new Scheduler(Samples.scheduler(settings));
        for (int i = 0; i < MESSAGES; i++) {
            arrive(scheduler, i, random);
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
        assertThat(inMemory).isZero();
        assertThat(files.keySet()).allSatisfy(message -> {
            assertThat(message.isThrough()).isTrue();
            assertThat(message.jobs()).isEmpty();
        });
    }

    private void arrive(Scheduler scheduler, int number, Random random) {
        Deque<RoutedRecipient> file = new ArrayDeque<>();
        int count = random.nextInt(20) == 0 ? 100 : 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String transport = random.nextInt(4) == 0 ? "relay" : "smtp";
            file.add(Samples.to(transport, "u" + i + "@d" + random.nextInt(12) + ".example"));
        }
        added += count;
        ActiveMessage message = Samples.message(number, count, now);
        files.put(message, file);
        read(scheduler, message, 1 + random.nextInt(count));
    }

    private void read(Scheduler scheduler, ActiveMessage message, int most) {
        Deque<RoutedRecipient> file = files.get(message);
        List<RoutedRecipient> batch = new ArrayList<>();
        while (batch.size() < most && !file.isEmpty()) {
            batch.add(file.removeFirst());
        }
        inMemory += batch.size();
        message.batchRead(batch.size(), 0, file.isEmpty() ? QueueFile.Batch.NO_MORE : 1);
        scheduler.add(message, batch, now);
        look(scheduler, message);
    }

    private void look(Scheduler scheduler, ActiveMessage message) {
        if (message.needsBatch()) {
            message.startReading(now);
            read(scheduler, message, scheduler.batchSize(message));
        }
    }

    private Instant nextTime(Scheduler scheduler) {
        Running first = running.peek();
        Optional<Instant> wake = scheduler.wakeTime();
        if (first == null) {
            return wake.orElse(now.plusSeconds(1));
        }
        return wake.isPresent() && wake.get().isBefore(first.end()) ? wake.get() : first.end();
    }

    private void advance(Scheduler scheduler, Random random, Instant until) {
        while (!running.isEmpty() && !running.peek().end().isAfter(until)) {
            Running one = running.remove();
            now = one.end();
            end(scheduler, one.entry(), random);
            work(scheduler, random);
        }
        now = until.isAfter(now) ? until : now;
        work(scheduler, random);
    }

    private void end(Scheduler scheduler, Entry entry, Random random) {
        busyDestinations.merge(place(entry), -1, Integer::sum);
        busyTransports.merge(entry.transport(), -1, Integer::sum);
        lastAtDestination.put(place(entry), now);
        int dice = random.nextInt(100);
        DeliveryOutcome outcome = new DeliveryOutcome.Worked(dice % 2 == 0);
        if (dice < 20 && !entry.transport().equals("retry")) {
            outcome = new DeliveryOutcome.SiteTrouble(true, new Trouble("4.4.1", "no answer"));
        } else if (dice == 99) {
            outcome = new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_ERROR);
        }
        scheduler.finished(entry, outcome, now);
        if (!(outcome instanceof DeliveryOutcome.AgentTrouble)) {
            ended(scheduler, entry.message(), entry.recipients().size());
        }
    }

    private void ended(Scheduler scheduler, ActiveMessage message, int recipients) {
        ended += recipients;
        inMemory -= recipients;
        message.ended(recipients, false);
        look(scheduler, message);
    }

    private void work(Scheduler scheduler, Random random) {
        for (Optional<Step> step = scheduler.next(now); step.isPresent(); step = scheduler.next(now)) {
            switch (step.get()) {
                case Step.Deliver(Entry entry) -> started(entry, random);
                case Step.Read(ActiveMessage message, int most) -> {
                    assertThat(most).isLessThanOrEqualTo(
                            message.jobs().size() * (settings.recipients().most() + settings.recipients().extra())
                                    + 10);
                    read(scheduler, message, most);
                }
                case Step.DeferUntried(ActiveMessage message, List<?> recipients, Trouble _) ->
                    ended(scheduler, message, recipients.size());
            }
        }
    }

    private void started(Entry entry, Random random) {
        assertThat(entry.recipients()).hasSizeBetween(1, RECIPIENTS);
        assertThat(busyDestinations.merge(place(entry), 1, Integer::sum))
                .isLessThanOrEqualTo(settings.mostConcurrency());
        assertThat(busyTransports.merge(entry.transport(), 1, Integer::sum))
                .isLessThanOrEqualTo(settings.deliveryLimit());
        assertThat(Duration.between(lastAtDestination.getOrDefault(place(entry), Instant.EPOCH), now))
                .isGreaterThanOrEqualTo(settings.destinationRateDelay());
        assertThat(Duration.between(lastAtTransport.getOrDefault(entry.transport(), Instant.EPOCH), now))
                .isGreaterThanOrEqualTo(settings.transportRateDelay());
        lastAtTransport.put(entry.transport(), now);
        running.add(new Running(now.plusMillis(10 + random.nextInt(2000)), entry));
    }

    private static String place(Entry entry) {
        return entry.transport() + ":" + entry.nexthop();
    }
}
