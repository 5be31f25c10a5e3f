package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;
import static org.postrider.qmgr.Samples.to;

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

/** Single messages come at random while a mailing is under way: neither waits for the other longer than the slots say. */
class FairnessSimulationTest {
    private static final int BULK = 3000;

    private record Running(Instant end, Entry entry) {}

    /** What a single message found when it came. */
    private record Arrival(int bulkDeliveries, int ahead) {}

    private final PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparing(Running::end));
    private final Map<ActiveMessage, Arrival> waiting = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void neitherWaitsLongerThanTheSlotsSay(long seed) {
        Random random = new Random(seed);
        DeliverySlots slots = new DeliverySlots(2 + random.nextInt(8), 1 + random.nextInt(4), random.nextInt(101), 3);
        // Half of the time all goes to one destination, as with a relay host, whose window then is what is scarce.
        boolean oneDestination = random.nextBoolean();
        int most = 1 + random.nextInt(10);
        Scheduler scheduler = new Scheduler(Samples.scheduler(new TransportSettings(oneDestination ? 2 : 1000, most,
                most, Feedback.ONE, Feedback.ONE, 1, Duration.ZERO, Duration.ZERO, most, slots,
                RecipientLimits.DEFAULT)));
        Instant now = START;
        ActiveMessage bulk = Samples.message(0, BULK, now);
        List<RoutedRecipient> list = new ArrayList<>();
        for (int i = 0; i < BULK; i++) {
            list.add(to("smtp", "u" + i + (oneDestination ? "@relay.example" : "@d" + i + ".example")));
        }
        scheduler.add(bulk, list, now);
        int entries = oneDestination ? BULK / 2 : BULK;
        int bulkDeliveries = 0;
        int others = 0;
        for (int number = 1; bulkDeliveries < entries;) {
            if (random.nextInt(slots.cost()) == 0) {
                ActiveMessage single = Samples.message(number++, 1, now);
                waiting.put(single, new Arrival(bulkDeliveries, waiting.size()));
                scheduler.add(single,
                        List.of(to("smtp", "v@" + (oneDestination ? "relay" : "s" + number) + ".example")),
                        now);
            }
            for (Optional<Step> step = scheduler.next(now); step.isPresent(); step = scheduler.next(now)) {
                Entry entry = ((Step.Deliver) step.get()).entry();
                running.add(new Running(now.plusMillis(1 + random.nextInt(1000)), entry));
                if (entry.message() == bulk) {
                    bulkDeliveries++;
                } else {
                    others++;
                    // After a loan the mailing goes on for cost deliveries; each of those who came before took one, too.
                    Arrival arrival = waiting.remove(entry.message());
                    assertThat(bulkDeliveries - arrival.bulkDeliveries()).as("wait with seed %s", seed)
                            .isLessThanOrEqualTo((arrival.ahead() + 1) * slots.cost());
                }
            }
            Running first = running.remove();
            now = first.end();
            scheduler.finished(first.entry(), new DeliveryOutcome.Worked(false), now);
        }
        assertThat(others).as("deliveries before the mailing's end").isLessThanOrEqualTo(entries / slots.cost() + 1)
                .isGreaterThan(0);
    }
}
