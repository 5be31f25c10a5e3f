package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;
import static org.postrider.qmgr.Samples.to;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small cases of SCHEDULER_README, worked by hand: a digit is a delivery of the message with that number. */
class PreemptionTest {
    private static final DeliverySlots PLAIN = new DeliverySlots(2, 0, 0, 3);
    private static final DeliveryOutcome GOOD = new DeliveryOutcome.Worked(false);
    private static final DeliveryOutcome BAD = new DeliveryOutcome.SiteTrouble(true, new Trouble("4.4.1", "refused"));

    private Instant now = START;
    private int messages;

    private static Scheduler scheduler(DeliverySlots slots) {
        return scheduler(slots, 1, 20);
    }

    private static Scheduler scheduler(DeliverySlots slots, int deliveries, int concurrency) {
        return new Scheduler(Samples.scheduler(new TransportSettings(1000, concurrency, concurrency, Feedback.ONE,
                Feedback.ONE, 1, Duration.ZERO, Duration.ZERO, deliveries, slots, RecipientLimits.DEFAULT)));
    }

    /** A message with as many deliveries, each to a destination of its own. */
    private ActiveMessage message(Scheduler scheduler, int entries) {
        int number = ++messages;
        ActiveMessage message = Samples.message(number, entries, now);
        List<RoutedRecipient> recipients = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            recipients.add(to("smtp", "u@m" + number + "d" + i + ".example"));
        }
        scheduler.add(message, recipients, now);
        return message;
    }

    private void messages(Scheduler scheduler, int... entries) {
        for (int count : entries) {
            ActiveMessage _ = message(scheduler, count);
        }
    }

    private Entry start(Scheduler scheduler) {
        return ((Step.Deliver) scheduler.next(now).orElseThrow()).entry();
    }

    private char one(Scheduler scheduler) {
        Entry entry = start(scheduler);
        scheduler.finished(entry, GOOD, now);
        return digit(entry);
    }

    private static char digit(Entry entry) {
        String id = entry.message().head().id().text();
        return id.charAt(id.length() - 1);
    }

    private String schedule(Scheduler scheduler) {
        StringBuilder order = new StringBuilder();
        for (Optional<Step> step = scheduler.next(now); step.isPresent(); step = scheduler.next(now)) {
            Entry entry = ((Step.Deliver) step.get()).entry();
            order.append(digit(entry));
            scheduler.finished(entry, GOOD, now);
        }
        return order.toString();
    }

    @Test
    void withoutSlotsFirstComeFirstServed() {
        Scheduler scheduler = scheduler(DeliverySlots.NONE);
        messages(scheduler, 4, 4, 1);
        assertThat(schedule(scheduler)).isEqualTo("111122223");
    }

    @Test
    void slotsAreAccumulatedFirst() {
        Scheduler scheduler = scheduler(PLAIN);
        messages(scheduler, 10, 2, 2);
        assertThat(schedule(scheduler)).isEqualTo("11112211113311");
    }

    @Test
    void withADiscountHalfOfTheSlotsWillDo() {
        Scheduler scheduler = scheduler(new DeliverySlots(2, 0, 50, 3));
        messages(scheduler, 10, 2, 2);
        assertThat(schedule(scheduler)).isEqualTo("11221111331111");
    }

    @Test
    void aLoanIsPaidBackBeforeTheNext() {
        // After one delivery 0 + 1 slots suffice for one; the debt of 2 - 1 is paid by the next, and one more earns the next loan.
        Scheduler scheduler = scheduler(new DeliverySlots(2, 1, 0, 3));
        messages(scheduler, 8, 1, 1, 1);
        assertThat(schedule(scheduler)).isEqualTo("12113114111");
    }

    @Test
    void withPostfixsDefaultsOneInFive() {
        Scheduler scheduler = scheduler(DeliverySlots.DEFAULT);
        messages(scheduler, 20, 1, 1, 1, 1, 1);
        // 1 - 5 = -4, so five more deliveries until it has earned something again; then too few are left to pay for one.
        assertThat(schedule(scheduler))
                .isEqualTo("1" + "2" + "11111" + "3" + "11111" + "4" + "11111" + "5" + "1111" + "6");
    }

    @Test
    void smallOnesAreNotOvertaken() {
        Scheduler scheduler = scheduler(DeliverySlots.DEFAULT);
        messages(scheduler, 14, 1);
        assertThat(schedule(scheduler)).isEqualTo("1".repeat(14) + "2");
        messages = 0;
        messages(scheduler, 15, 1);
        assertThat(schedule(scheduler)).isEqualTo("12" + "1".repeat(14));
    }

    @Test
    void nobodyOvertakesWithMoreThanCanBeEarned() {
        Scheduler scheduler = scheduler(PLAIN);
        messages(scheduler, 10, 6, 5);
        // Six can't be earned by ten at two for one; five can, at the end.
        assertThat(schedule(scheduler)).isEqualTo("1111111111" + "222222" + "33333");
        messages = 0;
        messages(scheduler, 12, 7, 5);
        assertThat(schedule(scheduler)).isEqualTo("1111111111" + "33333" + "11" + "2222222");
    }

    @Test
    void theOneThatWaitsLongestForEachDeliveryIsChosen() {
        Scheduler scheduler = scheduler(PLAIN);
        messages(scheduler, 40, 4);
        now = now.plusSeconds(9);
        messages(scheduler, 1);
        // (9 + 1) / 4 > (0 + 1) / 1: the single one waits until there are slots for four.
        assertThat(schedule(scheduler)).startsWith("11111111" + "2222" + "11" + "3" + "1");
        messages = 0;
        messages(scheduler, 40, 4);
        now = now.plusSeconds(2);
        messages(scheduler, 1);
        // (2 + 1) / 4 < 1.
        assertThat(schedule(scheduler)).startsWith("11" + "3" + "11111111" + "2222" + "1");
    }

    @Test
    void oneThatOvertookMayBeOvertaken() {
        Scheduler scheduler = scheduler(PLAIN);
        messages(scheduler, 40, 10);
        assertThat(schedule(scheduler, 20)).isEqualTo("1".repeat(20));
        messages(scheduler, 1);
        // The second pays for the third with what it earned itself, so that the first is not delayed by more than it agreed to.
        assertThat(schedule(scheduler)).isEqualTo("3" + "1".repeat(2) + "2222222222" + "1".repeat(18));
    }

    private String schedule(Scheduler scheduler, int most) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < most; i++) {
            order.append(one(scheduler));
        }
        return order.toString();
    }

    @Test
    void recursionWithinTheOneThatOvertook() {
        Scheduler scheduler = scheduler(PLAIN);
        messages(scheduler, 40, 10);
        assertThat(schedule(scheduler, 22)).isEqualTo("1".repeat(20) + "22");
        messages(scheduler, 1);
        assertThat(schedule(scheduler)).isEqualTo("3" + "2".repeat(8) + "1".repeat(20));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10})
    void aStreamOfSingleOnesDelaysAtMostByOneInCost(int cost) {
        Scheduler scheduler = scheduler(new DeliverySlots(cost, 3, 50, 3));
        ActiveMessage bulk = message(scheduler, 1000);
        int others = 0;
        for (int delivered = 0; delivered < 1000;) {
            messages(scheduler, 1);
            Entry entry = start(scheduler);
            if (entry.message() == bulk) {
                delivered++;
            } else {
                others++;
            }
            scheduler.finished(entry, GOOD, now);
        }
        assertThat(others).isBetween(1000 / cost - 2, 1000 / cost + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void overtakingOverAndOverDelaysAtMostByOneInCostLessOne(int cost) {
        Scheduler scheduler = scheduler(new DeliverySlots(cost, 0, 0, 3));
        ActiveMessage bulk = message(scheduler, 600);
        int others = 0;
        for (int delivered = 0; delivered < 600;) {
            if ((delivered + others) % 50 == 0) {
                messages(scheduler, 100, 30);
            }
            messages(scheduler, 10, 3, 1);
            Entry entry = start(scheduler);
            if (entry.message() == bulk) {
                delivered++;
            } else {
                others++;
            }
            scheduler.finished(entry, GOOD, now);
        }
        assertThat(others).isLessThanOrEqualTo(600 / (cost - 1));
    }

    @Test
    void blockersArePassedOverAndComeBackInFront() {
        Scheduler scheduler = scheduler(DeliverySlots.NONE, 10, 1);
        ActiveMessage first = Samples.message(1, 2, now);
        scheduler.add(first, List.of(to("smtp", "u@a.example")), now);
        Entry busy = start(scheduler);
        for (int i = 2; i < 5; i++) {
            scheduler.add(Samples.message(i, 1, now), List.of(to("smtp", "u@" + (i < 4 ? "a" : "b") + ".example")),
                    now);
        }
        assertThat(digit(start(scheduler))).isEqualTo('4');
        assertThat(scheduler.next(now)).isEmpty();
        scheduler.finished(busy, GOOD, now);
        Entry second = start(scheduler);
        assertThat(digit(second)).isEqualTo('2');
        scheduler.finished(second, GOOD, now);
        assertThat(digit(start(scheduler))).isEqualTo('3');
    }

    @Test
    void smallOnesOvertakeAtADestinationThatIsFull() {
        Scheduler scheduler = new Scheduler(Samples.scheduler(new TransportSettings(2, 1, 1, Feedback.ONE, Feedback.ONE,
                1, Duration.ZERO, Duration.ZERO, 10, PLAIN, RecipientLimits.DEFAULT)));
        List<RoutedRecipient> list = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            list.add(to("smtp", "u" + i + "@relay.example"));
        }
        scheduler.add(Samples.message(1, 20, now), list, now);
        Entry running = start(scheduler);
        for (int i = 2; i < 4; i++) {
            scheduler.add(Samples.message(i, 1, now), List.of(to("smtp", "v" + i + "@relay.example")), now);
        }
        StringBuilder order = new StringBuilder();
        while (true) {
            order.append(digit(running));
            assertThat(scheduler.next(now)).isEmpty();
            scheduler.finished(running, GOOD, now);
            Optional<Step> step = scheduler.next(now);
            if (step.isEmpty()) {
                break;
            }
            running = ((Step.Deliver) step.get()).entry();
        }
        assertThat(order.toString()).isEqualTo("112113111111");
    }

    @Test
    void whatWasNotUsedIsGivenBack() {
        Scheduler scheduler = new Scheduler(Samples.scheduler(new TransportSettings(2, 1, 1, Feedback.ONE, Feedback.ONE,
                1, Duration.ZERO, Duration.ZERO, 1, PLAIN, RecipientLimits.DEFAULT)));
        messages(scheduler, 40);
        List<RoutedRecipient> four = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            four.add(to("smtp", "u" + i + "@dead.example"));
        }
        scheduler.add(Samples.message(2, 4, now), four, now);
        messages = 2;
        assertThat(schedule(scheduler, 4)).isEqualTo("1111");
        Entry failing = start(scheduler);
        assertThat(digit(failing)).isEqualTo('2');
        scheduler.finished(failing, BAD, now);
        messages(scheduler, 1);
        // Of the four that two deliveries cost, two come back, as the second is deferred untried: enough for one.
        Entry next = start(scheduler);
        Entry afterNext = start(scheduler);
        assertThat(List.of(next.transport() + digit(next), afterNext.transport() + digit(afterNext)))
                .containsExactlyInAnyOrder("retry2", "smtp3");
    }
}
