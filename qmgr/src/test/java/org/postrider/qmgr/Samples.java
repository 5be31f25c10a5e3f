package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.QueueId;

/** Settings and messages for tests. */
final class Samples {
    static final Instant START = Instant.ofEpochSecond(1_800_000_000L);

    private Samples() {}

    static SchedulerSettings scheduler(TransportSettings all) {
        return new SchedulerSettings(_ -> all, Duration.ofSeconds(300), Duration.ofSeconds(60), "retry", 20000);
    }

    static QmgrSettings settings(TransportSettings all) {
        return settings(all, Duration.ofSeconds(300));
    }

    static QmgrSettings settings(TransportSettings all, Duration queueRunDelay) {
        return new QmgrSettings(1000, 2000, 10, Set.of("later"), "", false, "double-bounce",
                new RetryPlan(Duration.ofSeconds(300), Duration.ofSeconds(4000), Duration.ofDays(5),
                        Duration.ofDays(5)),
                false, true, queueRunDelay, new QmgrSettings.ServiceNames("bounce", "defer", "trace", "error", "retry"),
                Duration.ofSeconds(10), Duration.ofSeconds(60), 2, scheduler(all));
    }

    static MessageHead head(String id) {
        return new MessageHead(new QueueId(id), new MessageSize(100, 200, 1, 0, 100, 0), "sender@example.com", START,
                START, START, 0, "", "", 0, "", "", "", new Envelope.Warning(0, -1), false, false, false,
                ClientAttributes.of(new Envelope("", START, START, "", "", "", "", new Envelope.Warning(0, -1),
                        new HashMap<>(Map.of("log_client_name", "client.example")))));
    }

    static ActiveMessage message(int number) {
        return new ActiveMessage(head("M%05d".formatted(number)));
    }

    static RoutedRecipient to(String transport, String address) {
        return new RoutedRecipient(new Recipient(1, address, address, "", 0), transport,
                address.substring(address.indexOf('@') + 1));
    }
}
