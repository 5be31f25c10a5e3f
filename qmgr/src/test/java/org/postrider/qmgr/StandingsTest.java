package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;
import static org.postrider.qmgr.Samples.message;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.Standing;
import org.postrider.common.mail.Recipient;

/** What holds a recipient is said with the parameter that would change it. */
class StandingsTest {
    private static TransportSettings settings(int window, int processes, Duration destinationDelay,
            Duration transportDelay) {
        return new TransportSettings(1, 20, window, Feedback.ONE, Feedback.ONE, 1, destinationDelay, transportDelay,
                processes, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
    }

    private static RoutedRecipient to(int offset, String domain) {
        String address = "u" + offset + "@" + domain;
        return new RoutedRecipient(new Recipient(offset, address, address, "", 0), "smtp", domain);
    }

    private static final TransportSettings SHARED = new TransportSettings(2, 20, 5, Feedback.ONE, Feedback.ONE, 1,
            Duration.ZERO, Duration.ZERO, 1, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);

    private static Standing standing(TransportSettings settings, int seconds, RoutedRecipient... recipients) {
        Scheduler scheduler = new Scheduler(Samples.scheduler(settings));
        ActiveMessage message = message(1);
        message.batchRead(recipients.length, 0, -1);
        scheduler.add(message, List.of(recipients), START);
        Optional<Step> step = scheduler.next(START);
        while (step.isPresent()) {
            step = scheduler.next(START);
        }
        return scheduler.standing(message.head().id(), START.plusSeconds(seconds)).orElseThrow();
    }

    @Test
    void aDeliveryUnderWayAndAWindow() {
        Scheduler scheduler = new Scheduler(Samples.scheduler(new TransportSettings(2, 20, 1, Feedback.ONE,
                Feedback.ONE, 1, Duration.ZERO, Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT)));
        ActiveMessage first = message(1);
        ActiveMessage second = message(2);
        scheduler.add(first, List.of(to(1, "a.example")), START);
        scheduler.add(second, List.of(to(7, "a.example")), START);
        Entry entry = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        assertThat(scheduler.next(START)).isEmpty();
        assertThat(scheduler.standing(first.head().id(), START.plusSeconds(12)).orElseThrow().recipients())
                .containsEntry(1L, "the end of a delivery over smtp to a.example, under way for 12 seconds");
        assertThat(scheduler.standing(second.head().id(), START).orElseThrow().recipients()).containsEntry(7L,
                "a delivery to a.example over smtp that ends: its window allows 1 at a time"
                        + " (smtp_initial_destination_concurrency, smtp_destination_concurrency_limit)");
        scheduler.finished(entry, new DeliveryOutcome.Worked(false), START);
        assertThat(scheduler.standing(first.head().id(), START).orElseThrow().recipients()).isEmpty();
        scheduler.left(first);
        assertThat(scheduler.standing(first.head().id(), START)).isEmpty();
    }

    @Test
    void tooFewAgents() {
        assertThat(standing(SHARED, 0, to(1, "a.example"), to(2, "b.example")).recipients()).containsEntry(2L,
                "a delivery over smtp that ends: its maxproc column in master.cf allows 1 at a time");
    }

    @Test
    void aPauseOfTheTransport() {
        TransportSettings slow = settings(5, 100, Duration.ZERO, Duration.ofSeconds(10));
        assertThat(standing(slow, 1, to(1, "a.example"), to(2, "b.example")).recipients()).containsEntry(2L,
                "the pause between deliveries over smtp (smtp_transport_rate_delay)");
        assertThat(standing(slow, 11, to(1, "a.example"), to(2, "b.example")).recipients()).containsEntry(2L,
                "its turn among the mail for smtp");
    }

    @Test
    void aPauseOfTheDestination() {
        Scheduler scheduler = new Scheduler(
                Samples.scheduler(settings(5, 100, Duration.ofSeconds(10), Duration.ZERO)));
        ActiveMessage message = message(1);
        scheduler.add(message, List.of(to(1, "a.example")), START);
        Entry entry = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        scheduler.finished(entry, new DeliveryOutcome.Worked(false), START);
        ActiveMessage next = message(2);
        scheduler.add(next, List.of(to(2, "a.example")), START);
        // Each recipient is a destination of its own with a recipient limit of 1, unless it is the same one.
        ActiveMessage same = message(3);
        scheduler.add(same, List.of(to(1, "a.example")), START);
        assertThat(scheduler.next(START)).isPresent();
        assertThat(scheduler.next(START)).isEmpty();
        assertThat(scheduler.standing(same.head().id(), START).orElseThrow().recipients()).containsEntry(1L,
                "the pause between deliveries to a.example over smtp (smtp_destination_rate_delay)");
    }

    @Test
    void whatWasNotRead() {
        Scheduler scheduler = new Scheduler(Samples.scheduler(TransportSettings.DEFAULT));
        ActiveMessage message = message(1, 100, START);
        message.batchRead(1, 0, 4711);
        scheduler.add(message, List.of(to(1, "a.example")), START);
        assertThat(scheduler.standing(message.head().id(), START).orElseThrow().others())
                .contains("(qmgr_message_recipient_limit, smtp_recipient_limit)");
    }

    @Test
    void whatIsNotActive() {
        assertThat(Standings.elsewhere(false, true, 20_000).others())
                .isEqualTo("room in the active queue: 20000 messages are in it (qmgr_message_active_limit)");
        assertThat(Standings.elsewhere(false, false, 3).others())
                .isEqualTo("the next scan of the queue (queue_run_delay)");
        assertThat(Standings.elsewhere(true, false, 3).others()).contains("resolved");
    }
}
