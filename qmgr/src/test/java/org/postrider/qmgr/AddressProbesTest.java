package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.SampleMessage;
import org.postrider.common.testing.LogLines;

/** Probes without queue files: from cleanup's word to the agent, and never more than there may be. */
class AddressProbesTest extends QueueManagerFixture {
    private static final Instant ARRIVED = Instant.parse("2026-11-22T19:06:20.970538Z");

    private final CountDownLatch answers = new CountDownLatch(1);
    private int count;

    private boolean probe(String address) {
        QueueId id = QueueId.ofProbe(ARRIVED, 1, count++);
        return take(id, address);
    }

    private boolean take(QueueId id, String address) {
        return manager.take(id, new AddressProbe(id.text(), ARRIVED, 200, 1, "double-bounce@example.com",
                new Recipient(-1, address, "asked@example.com", "rfc822;asked@example.com", 0)));
    }

    private void awaitDeliveries(int wanted) {
        await().atMost(Duration.ofMinutes(1)).until(() -> services.deliveries.size() == wanted);
    }

    private DeliveryReport waits() {
        try {
            boolean _ = answers.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return DeliveryReport.ALL_SETTLED;
    }

    @Test
    void anAgentIsAskedWithoutAFile() throws IOException {
        services.agents.put("smtp", _ -> DeliveryReport.ALL_SETTLED);
        start();
        try (LogLines log = new LogLines("org.postrider")) {
            assertThat(probe("joe@smtp.example")).isTrue();
            await().atMost(Duration.ofMinutes(1)).until(() -> log.lines().contains("ECF2A000010000: removed"));
            assertThat(log.lines())
                    .contains("ECF2A000010000: from=<double-bounce@example.com>, size=200, nrcpt=1 (queue active)");
        }
        DeliveryRequest request = services.deliveries.getFirst();
        assertThat(request.flags()).isEqualTo(DeliveryRequest.PROBE | DeliveryRequest.NO_FILE);
        assertThat(request.sendOptions()).isEqualTo(1);
        assertThat(request.dataSize()).isEqualTo(200);
        assertThat(request.attributes()).containsExactly(Map.entry("rewrite_context", "local"));
        assertThat(request.recipients()).containsExactly(new Recipient(-1, "joe@smtp.example", "asked@example.com",
                "rfc822;asked@example.com", 0));
        assertThat(services.reports).isEmpty();
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void oneThatFailsIsNotTriedAgain() {
        services.agents.put("slow", _ -> DeliveryReport.SOME_REMAIN);
        start();
        assertThat(probe("joe@slow.example")).isTrue();
        assertThat(probe("double-bounce@slow.example")).isTrue();
        awaitDeliveries(2);
        trigger("AFD");
        assertThat(probe("joe@smtp2.example")).isTrue();
        assertThat(services.reports).isEmpty();
    }

    @Test
    void thereAreNeverMoreThanThereMayBe() throws IOException {
        services.agents.put("slow", _ -> waits());
        services.agents.put("retry", _ -> DeliveryReport.ALL_SETTLED);
        start();
        for (int i = 0; i < Samples.MOST_PROBES - 1; i++) {
            assertThat(probe("u" + i + "@slow.example")).isTrue();
        }
        QueueId withFile = SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "",
                List.of("file@slow.example"), Map.of("trace_flags", "256"));
        now = Instant.now().plusSeconds(1);
        trigger("I");
        awaitDeliveries(Samples.MOST_PROBES);
        assertThat(probe("more@slow.example")).isFalse();
        assertThat(take(QueueId.ofProbe(ARRIVED, 1, 0), "u0@slow.example")).isTrue();
        answers.countDown();
        awaitGone(withFile);
        await().atMost(Duration.ofMinutes(1)).until(() -> probe("more@slow.example"));
        awaitDeliveries(Samples.MOST_PROBES + 1);
        assertThat(services.deliveries).extracting(DeliveryRequest::transport).containsOnly("slow");
    }

    /** As when cleanup has waited too long for a starting qmgr, and verify sends another: the answer to the first is for both. */
    @Test
    void whatIsAskedAlreadyTakesNoOtherPlace() throws IOException {
        services.agents.put("slow", _ -> waits());
        start();
        try (LogLines log = new LogLines("org.postrider")) {
            for (int i = 0; i <= Samples.MOST_PROBES; i++) {
                assertThat(probe("joe@slow.example")).isTrue();
            }
            assertThat(log.lines())
                    .contains("ECF2A000010001: address probe for <joe@slow.example>: ECF2A000010000 is under way");
        }
        for (int i = 1; i < Samples.MOST_PROBES; i++) {
            assertThat(probe("u" + i + "@slow.example")).isTrue();
        }
        assertThat(probe("more@slow.example")).isFalse();
        awaitDeliveries(Samples.MOST_PROBES);
        answers.countDown();
        await().atMost(Duration.ofMinutes(1)).until(() -> probe("more@slow.example"));
        assertThat(probe("joe@slow.example")).isTrue();
        awaitDeliveries(Samples.MOST_PROBES + 2);
    }
}
