package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

/** qmgr_message_active_limit, qmgr_message_recipient_limit and _minimum on a running queue manager. */
class ActiveQueueLimitsTest extends QueueManagerFixture {
    private static final int MESSAGES = 5;
    private static final int RECIPIENTS = 100;
    /** qmgr_message_recipient_minimum of {@link Samples}. */
    private static final int LEAST = 10;

    private final CountDownLatch go = new CountDownLatch(1);

    /** Of later recipients none are read before the first are through. */
    private void limited() {
        RecipientLimits none = new RecipientLimits(1, 0, 1_000_000, Duration.ofDays(1));
        TransportSettings settings = new TransportSettings(50, 20, 5, Feedback.ONE, Feedback.ONE, 1, Duration.ZERO,
                Duration.ZERO, 100, DeliverySlots.NONE, none);
        start(Samples.settings(settings, Duration.ofSeconds(300), MESSAGES, RECIPIENTS));
    }

    private int active() {
        try (Stream<Path> files = Files.list(directory.top(QueueName.ACTIVE))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private DeliveryReport waits(DeliveryRequest request) throws IOException {
        try {
            boolean _ = go.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return deliverAll(request);
    }

    @Test
    void neverMoreMessagesAreActiveThanThereMayBe() throws IOException {
        AtomicInteger most = new AtomicInteger();
        services.agents.put("smtp", request -> {
            DeliveryReport report = waits(request);
            most.accumulateAndGet(active(), Math::max);
            return report;
        });
        List<QueueId> all = new ArrayList<>();
        for (int i = 0; i < 6 * MESSAGES; i++) {
            all.add(incoming("u@smtp.example"));
        }
        limited();
        await().atMost(Duration.ofMinutes(1)).until(() -> active() == MESSAGES);
        all.forEach(id -> manager.announce(id));
        trigger("I");
        go.countDown();
        all.forEach(this::awaitGone);
        assertThat(most).hasValue(MESSAGES);
        assertThat(services.deliveries).hasSize(all.size());
    }

    @Test
    void ofTheFirstAsManyRecipientsAreReadAsThereMayBeAndOfTheNextTheMinimum() throws IOException {
        AtomicInteger resolved = new AtomicInteger();
        services.resolving = _ -> resolved.incrementAndGet();
        services.agents.put("smtp", this::waits);
        String[] many = new String[10 * RECIPIENTS];
        Arrays.setAll(many, i -> "u" + i + "@smtp.example");
        limited();
        List<QueueId> all = new ArrayList<>();
        for (int expected : new int[]{RECIPIENTS, RECIPIENTS + LEAST, RECIPIENTS + 2 * LEAST}) {
            all.add(incoming(many));
            trigger("I");
            await().atMost(Duration.ofMinutes(1)).until(() -> resolved.get() >= expected);
            assertThat(resolved).hasValue(expected);
        }
        go.countDown();
        all.forEach(this::awaitGone);
        assertThat(resolved).hasValue(3 * many.length);
    }
}
