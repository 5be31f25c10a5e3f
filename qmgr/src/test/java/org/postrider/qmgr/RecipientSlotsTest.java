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
import org.postrider.common.queue.QueueFile;

class RecipientSlotsTest {
    private static final RecipientLimits LIMITS = new RecipientLimits(100, 20, 10, Duration.ofSeconds(5));
    private static final DeliveryOutcome GOOD = new DeliveryOutcome.Worked(false);

    private final Scheduler scheduler = new Scheduler(Samples.scheduler(new TransportSettings(1, 20, 20, Feedback.ONE,
            Feedback.ONE, 1, Duration.ZERO, Duration.ZERO, 1, new DeliverySlots(2, 0, 0, 3), LIMITS)));
    private int messages;

    /** A message of which so many recipients are read at first. */
    private ActiveMessage message(int recipients, int first) {
        ActiveMessage message = Samples.message(++messages, recipients, START);
        read(message, recipients, first);
        return message;
    }

    private void read(ActiveMessage message, int left, int count) {
        message.batchRead(count, 0, count < left ? 1 : QueueFile.Batch.NO_MORE);
        List<RoutedRecipient> recipients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            recipients.add(to("smtp", "m" + messages + "left" + left + "i" + i + "@a.example"));
        }
        scheduler.add(message, recipients, START);
    }

    private Optional<Step.Read> deliver(int count, Instant now) {
        for (int i = 0; i < count; i++) {
            Step step = scheduler.next(now).orElseThrow();
            if (step instanceof Step.Read read) {
                return Optional.of(read);
            }
            Entry entry = ((Step.Deliver) step).entry();
            scheduler.finished(entry, GOOD, now);
            entry.message().ended(1, false);
        }
        return Optional.empty();
    }

    @Test
    void theFirstThatIsNotReadHasAllThatIsFree() {
        ActiveMessage bulk = message(1000, 30);
        assertThat(bulk.room()).isEqualTo(70);
        ActiveMessage later = message(1000, 10);
        assertThat(later.room()).isEqualTo(-10);
        read(bulk, 970, 970);
        assertThat(bulk.room()).isEqualTo(-900);
        assertThat(later.room()).isEqualTo(-10);
    }

    @Test
    void whatIsNotNeededGoesToTheNext() {
        ActiveMessage bulk = message(60, 30);
        ActiveMessage later = message(1000, 10);
        read(bulk, 30, 30);
        assertThat(later.room()).isEqualTo(30);
        deliver(20, START);
        assertThat(later.room()).isEqualTo(50);
    }

    @Test
    void aMessageThatIsReadHoldsOneForEachRecipient() {
        message(40, 40);
        ActiveMessage later = message(1000, 10);
        assertThat(later.room()).isEqualTo(50);
        deliver(40, START);
        assertThat(later.room()).isEqualTo(90);
    }

    @Test
    void moreAreReadWhenThereIsRoomForEnough() {
        ActiveMessage bulk = message(1000, 100);
        assertThat(bulk.room()).isZero();
        assertThat(deliver(11, START)).isEmpty();
        Step.Read read = deliver(1, START).orElseThrow();
        assertThat(read.message()).isSameAs(bulk);
        assertThat(read.most()).isEqualTo(10 + 10);
        assertThat(deliver(5, START)).as("while that is under way").isEmpty();
    }

    @Test
    void orAfterAWhileWhenThereIsAny() {
        ActiveMessage bulk = message(1000, 100);
        assertThat(deliver(3, START)).isEmpty();
        assertThat(deliver(1, START.plusSeconds(5))).isEmpty();
        assertThat(deliver(1, START.plusSeconds(5)).orElseThrow().message()).isSameAs(bulk);
    }

    @Test
    void whoOvertakesGetsHalfOfTheReserve() {
        message(1000, 500);
        ActiveMessage small = message(12, 3);
        assertThat(small.room()).isEqualTo(-3);
        deliver(24, START);
        deliver(1, START);
        deliver(1, START);
        assertThat(small.jobs().getFirst().isOvertaking()).isTrue();
        assertThat(small.jobs().getFirst().recipientSlots()).isEqualTo((20 + 1) / 2);
    }
}
