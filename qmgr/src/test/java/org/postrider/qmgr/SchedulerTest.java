package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;
import static org.postrider.qmgr.Samples.message;
import static org.postrider.qmgr.Samples.to;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final Trouble DOWN = new Trouble("4.4.1", "connect to mx: Connection refused");
    private static final DeliveryOutcome GOOD = new DeliveryOutcome.Worked(false);
    private static final DeliveryOutcome BAD = new DeliveryOutcome.SiteTrouble(true, DOWN);

    private static TransportSettings limits(int recipients, int concurrency, int initial) {
        return new TransportSettings(recipients, concurrency, initial, Feedback.ONE, Feedback.ONE, 1, Duration.ZERO,
                Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
    }

    private static Scheduler scheduler(TransportSettings settings) {
        return new Scheduler(Samples.scheduler(settings));
    }

    private static List<Entry> drain(Scheduler scheduler, Instant now) {
        List<Entry> entries = new ArrayList<>();
        for (Optional<Step> step = scheduler.next(now); step.isPresent(); step = scheduler.next(now)) {
            entries.add(((Step.Deliver) step.get()).entry());
        }
        return entries;
    }

    @Test
    void recipientsOfOneDestinationTravelTogether() {
        Scheduler scheduler = scheduler(limits(3, 20, 5));
        ActiveMessage message = message(1);
        List<RoutedRecipient> recipients = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            recipients.add(to("smtp", "u" + i + "@a.example"));
        }
        recipients.add(to("smtp", "x@b.example"));
        scheduler.add(message, recipients, START);
        List<Entry> entries = drain(scheduler, START);
        assertThat(entries).extracting(e -> e.nexthop() + e.recipients().size()).containsExactlyInAnyOrder(
                "a.example3", "a.example3", "a.example1", "b.example1");
    }

    @Test
    void windowStartsSmallAndGrowsWithSuccess() {
        Scheduler scheduler = scheduler(limits(1000, 20, 5));
        for (int i = 0; i < 200; i++) {
            scheduler.add(message(i), List.of(to("smtp", "u@a.example")), START);
        }
        List<Entry> first = drain(scheduler, START);
        assertThat(first).hasSize(5);
        first.forEach(e -> scheduler.finished(e, GOOD, START));
        List<Entry> running = drain(scheduler, START);
        assertThat(running.size()).isBetween(6, 10);
        for (int round = 0; round < 10; round++) {
            for (Entry entry : running) {
                scheduler.finished(entry, GOOD, START);
            }
            running = drain(scheduler, START);
            assertThat(running.size()).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void oneCohortOfFailuresKillsTheDestinationForAWhile() {
        Scheduler scheduler = scheduler(limits(1000, 20, 5));
        for (int i = 0; i < 12; i++) {
            scheduler.add(message(i), List.of(to("smtp", "u@a.example")), START);
        }
        List<Entry> first = drain(scheduler, START);
        first.forEach(e -> scheduler.finished(e, BAD, START));

        List<Entry> deferred = drain(scheduler, START);
        assertThat(deferred).isNotEmpty().allSatisfy(e -> {
            assertThat(e.transport()).isEqualTo("retry");
            assertThat(e.nexthop())
                    .isEqualTo("4.4.1 delivery temporarily suspended: connect to mx: Connection refused");
        });
        deferred.forEach(e -> scheduler.finished(e, GOOD, START));
        drain(scheduler, START).forEach(e -> scheduler.finished(e, GOOD, START));

        scheduler.add(message(50), List.of(to("smtp", "u@a.example")), START.plusSeconds(299));
        assertThat(drain(scheduler, START.plusSeconds(299))).extracting(Entry::transport).containsExactly("retry");
        scheduler.wakeTime().ifPresent(t -> assertThat(t).isEqualTo(START.plusSeconds(300)));
        assertThat(drain(scheduler, START.plusSeconds(300))).isEmpty();
        scheduler.add(message(51), List.of(to("smtp", "u@a.example")), START.plusSeconds(300));
        assertThat(drain(scheduler, START.plusSeconds(300))).extracting(Entry::transport).containsExactly("smtp");
    }

    @Test
    void flushRevivesTheDead() {
        Scheduler scheduler = scheduler(limits(1000, 20, 1));
        scheduler.add(message(1), List.of(to("smtp", "u@a.example")), START);
        drain(scheduler, START).forEach(e -> scheduler.finished(e, BAD, START));
        scheduler.add(message(2), List.of(to("smtp", "u@a.example")), START);
        assertThat(drain(scheduler, START)).extracting(Entry::transport).containsExactly("retry");
        scheduler.flushDead(START);
        scheduler.add(message(3), List.of(to("smtp", "u@a.example")), START);
        assertThat(drain(scheduler, START)).extracting(Entry::transport).containsExactly("smtp");
    }

    @Test
    void aTransportThatCannotBeCalledIsLeftAlone() {
        Scheduler scheduler = scheduler(limits(50, 20, 5));
        for (int i = 0; i < 8; i++) {
            scheduler.add(message(i), List.of(to("smtp", "u@d" + i + ".example")), START);
        }
        Entry first = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        scheduler.finished(first, new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_UNAVAILABLE), START);
        List<Entry> all = drain(scheduler, START);
        assertThat(all).extracting(Entry::transport).containsOnly("retry");
        // Five at a time to the one destination that the reason is.
        assertThat(all).hasSize(5);
        all.forEach(e -> scheduler.finished(e, GOOD, START));
        assertThat(drain(scheduler, START)).hasSize(3);
        scheduler.add(message(20), List.of(to("smtp", "u@x.example")), START.plusSeconds(60));
        assertThat(drain(scheduler, START.plusSeconds(60))).extracting(Entry::transport).contains("smtp");
    }

    @Test
    void withoutTheRetryTransportRecipientsAreDeferredUntried() {
        Scheduler scheduler = scheduler(limits(50, 20, 5));
        scheduler.add(message(1), List.of(to("retry", "4.0.0 x@d.example")), START);
        Entry entry = drain(scheduler, START).getFirst();
        scheduler.finished(entry, new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_ERROR), START);
        assertThat(scheduler.next(START)).get().isInstanceOf(Step.DeferUntried.class);
        scheduler.add(message(2), List.of(to("retry", "4.0.0 x@d.example")), START);
        assertThat(scheduler.next(START)).get().isInstanceOf(Step.DeferUntried.class);
        assertThat(scheduler.next(START)).isEmpty();
    }

    @Test
    void recipientLimitOfOneCountsPerRecipient() {
        Scheduler scheduler = scheduler(limits(1, 2, 2));
        for (int i = 0; i < 10; i++) {
            scheduler.add(message(i), List.of(to("local", "same@a.example"), to("local", "u" + i + "@a.example")),
                    START);
        }
        List<Entry> entries = drain(scheduler, START);
        assertThat(entries).hasSize(12).filteredOn(e -> e.recipients().getFirst().address().startsWith("same"))
                .hasSize(2);
    }

    @Test
    void rateDelaySpacesDeliveries() {
        TransportSettings slow = new TransportSettings(50, 20, 5, Feedback.ONE, Feedback.ONE, 1,
                Duration.ofSeconds(10), Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
        Scheduler scheduler = scheduler(slow);
        for (int i = 0; i < 3; i++) {
            scheduler.add(message(i), List.of(to("smtp", "u@a.example")), START);
        }
        Instant now = START;
        for (int i = 0; i < 3; i++) {
            List<Entry> one = drain(scheduler, now);
            assertThat(one).hasSize(1);
            scheduler.finished(one.getFirst(), GOOD, now);
            assertThat(drain(scheduler, now.plusSeconds(9))).isEmpty();
            assertThat(scheduler.wakeTime()).contains(now.plusSeconds(10));
            now = now.plusSeconds(10);
        }
    }

    @Test
    void transportRateDelaySpacesAll() {
        TransportSettings slow = new TransportSettings(50, 20, 5, Feedback.ONE, Feedback.ONE, 1, Duration.ZERO,
                Duration.ofSeconds(2), 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
        Scheduler scheduler = scheduler(slow);
        scheduler.add(message(1), List.of(to("smtp", "u@a.example"), to("smtp", "u@b.example")), START);
        assertThat(drain(scheduler, START)).hasSize(1);
        assertThat(drain(scheduler, START.plusSeconds(1))).isEmpty();
        assertThat(drain(scheduler, START.plusSeconds(2))).hasSize(1);
    }

    @Test
    void aLongListDoesNotDelayASingleMessage() {
        Scheduler scheduler = scheduler(limits(50, 20, 5));
        List<RoutedRecipient> list = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            list.add(to("smtp", "u@d" + i + ".example"));
        }
        scheduler.add(message(1), list, START);
        ActiveMessage single = message(2);
        scheduler.add(single, List.of(to("smtp", "u@e.example")), START);
        Entry first = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        Entry second = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        assertThat(List.of(first.message(), second.message())).contains(single);
    }

    @Test
    void withoutALimitOfCohortsNothingDies() {
        TransportSettings patient = new TransportSettings(50, 20, 5, Feedback.ONE, Feedback.ONE, 0, Duration.ZERO,
                Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
        Scheduler scheduler = scheduler(patient);
        for (int i = 0; i < 50; i++) {
            scheduler.add(message(i), List.of(to("smtp", "u@a.example")), START);
        }
        for (List<Entry> some = drain(scheduler, START); !some.isEmpty(); some = drain(scheduler, START)) {
            assertThat(some).extracting(Entry::transport).containsOnly("smtp");
            some.forEach(e -> scheduler.finished(e, BAD, START));
        }
        assertThat(scheduler.wakeTime()).isEmpty();
    }
}
