package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.QueueId;

/** Settings and messages for tests. */
final class Samples {
    static final int MOST_PROBES = 3;
    static final Instant START = Instant.ofEpochSecond(1_800_000_000L);

    /** Ten recipients at a time. */
    static final MessageLoader.Room ROOM = new MessageLoader.Room() {
        @Override
        public int reserve(int recipients) {
            return 10;
        }

        @Override
        public void release(int recipients) {}
    };

    static final LogText LOG = new LogText(AddressForm.EXTERNAL, new DelayFormat(2));

    private Samples() {}

    static SchedulerSettings scheduler(TransportSettings all) {
        return new SchedulerSettings(_ -> all, Duration.ofSeconds(300), Duration.ofSeconds(60), "retry", 20000,
                10, FeedbackDebug.OFF, new ClogWarnings(Duration.ofSeconds(300), 20_000));
    }

    static QmgrSettings settings(TransportSettings all) {
        return settings(all, Duration.ofSeconds(300));
    }

    static QmgrSettings settings(TransportSettings all, Duration queueRunDelay) {
        return settings(all, queueRunDelay, 1000, 2000);
    }

    /** With so many messages in the active queue, and so many recipients of messages that are read first. */
    static QmgrSettings settings(TransportSettings all, Duration queueRunDelay, int activeLimit, int recipientLimit) {
        return new QmgrSettings(activeLimit, recipientLimit, MOST_PROBES, Set.of("later"), "", false, "double-bounce",
                new RetryPlan(Duration.ofSeconds(300), Duration.ofSeconds(4000), Duration.ofDays(5),
                        Duration.ofDays(5)),
                false, true, queueRunDelay, new QmgrSettings.ServiceNames("bounce", "defer", "trace", "error", "retry"),
                Duration.ofSeconds(10), Duration.ofSeconds(60), LOG, scheduler(all));
    }

    /** Both show the same, and none was ever put forward or back. */
    static Clocks clocks(InstantSource calendar, InstantSource steady) {
        return new Clocks(new WatchedClock(calendar, () -> ChronoUnit.NANOS.between(START, steady.instant())), steady);
    }

    static MessageHead head(String id) {
        return head(id, 1, START);
    }

    static MessageHead head(String id, int recipients, Instant activated) {
        return new MessageHead(new QueueId(id), new MessageSize(100, 200, recipients, 0, 100, 0),
                "sender@example.com", START, START, activated, 0, "", "", 0, "", "", "", new Envelope.Warning(0, -1),
                false, false, false,
                ClientAttributes.of(new Envelope("", START, START, "", "", "", "", new Envelope.Warning(0, -1),
                        new HashMap<>(Map.of("log_client_name", "client.example")))));
    }

    static ActiveMessage message(int number) {
        return new ActiveMessage(head("M%05d".formatted(number)), START);
    }

    static ActiveMessage message(int number, int recipients, Instant activated) {
        return new ActiveMessage(head("M%05d".formatted(number), recipients, activated), activated);
    }

    static RoutedRecipient to(String transport, String address) {
        return new RoutedRecipient(new Recipient(1, address, address, "", 0), transport,
                address.substring(address.indexOf('@') + 1));
    }
}
