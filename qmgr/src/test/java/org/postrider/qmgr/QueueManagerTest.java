package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.FsyncCommit;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.queue.SampleMessage;

/** What becomes of mail while everybody does what they should. */
class QueueManagerTest extends QueueManagerFixture {
    @Test
    void deliversAndRemoves() throws IOException {
        QueueId id = incoming("one@smtp.example", "two@smtp.example", "x@error.example");
        start();
        awaitGone(id);
        assertThat(services.deliveries).hasSize(2);
        DeliveryRequest request = services.deliveries.stream().filter(r -> r.transport().equals("smtp")).findFirst()
                .orElseThrow();
        assertThat(request.recipients()).extracting(Recipient::address).containsExactly("one@smtp.example",
                "two@smtp.example");
        assertThat(request.queueId()).isEqualTo(id.text());
        assertThat(request.sender()).isEqualTo("sender@example.com");
        assertThat(request.attributes()).containsEntry("log_client_name", "client.example");
        assertThat(services.reports).isEmpty();
    }

    @Test
    void verpMailGoesToEachRecipientFromAnAddressOfItsOwn() throws IOException {
        NewQueueFile file = NewQueueFile.create(directory, QueueName.INCOMING, false, InstantSource.system(),
                _ -> false);
        file.beginWithSize();
        RecordWriter records = file.records().write(RecordType.TIME, Instant.now().getEpochSecond() + " 0")
                .write(RecordType.SENDER, "list@example.com").write(RecordType.VERP, "+=")
                .write(RecordType.RECIPIENT, "one@smtp.example").write(RecordType.RECIPIENT, "two@smtp.example")
                .write(RecordType.MESSAGE);
        long data = records.position();
        records.write(RecordType.EXTRACTED).write(RecordType.END);
        file.patchSize(new MessageSize(0, data, 2, 0, 0, 0));
        new FsyncCommit().commit(file);
        now = Instant.now().plusSeconds(1);
        start();
        awaitGone(file.id());
        assertThat(services.deliveries).extracting(DeliveryRequest::sender).containsExactlyInAnyOrder(
                "list+one=smtp.example@example.com", "list+two=smtp.example@example.com");
    }

    @Test
    void laterMailIsFoundByTrigger() throws IOException {
        start();
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(incoming("u" + i + "@smtp.example"));
            trigger("I");
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> ids.stream().allMatch(id -> find(id).isEmpty()));
        assertThat(services.deliveries).hasSize(300);
    }

    @Test
    void whatFailsForNowIsDeferredAndTriedAgainWhenDue() throws IOException {
        AtomicInteger tries = new AtomicInteger();
        services.agents.put("slow", request -> tries.incrementAndGet() == 1
                ? DeliveryReport.SOME_REMAIN
                : deliverAll(request));
        QueueId id = incoming("one@slow.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
        Instant due = Files.getLastModifiedTime(directory.path(QueueName.DEFERRED, id)).toInstant();
        assertThat(due).isAfter(now.plusSeconds(290));
        trigger("D");
        QueueId other = incoming("two@smtp.example");
        trigger("I");
        awaitGone(other);
        assertThat(tries.get()).isEqualTo(1);
        now = due.plusSeconds(1);
        trigger("D");
        awaitGone(id);
        assertThat(tries.get()).isEqualTo(2);
    }

    @Test
    void flushIgnoresTimesAndDeferredTransports() throws IOException {
        services.agents.put("later", this::deliverAll);
        QueueId id = incoming("one@later.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.deliveries).extracting(DeliveryRequest::nexthop)
                .containsExactly("4.3.2 deferred transport");
        trigger("AFD");
        awaitGone(id);
        assertThat(services.deliveries).extracting(DeliveryRequest::transport).containsExactly("retry", "later");
    }

    @Test
    void whatALastQmgrLeftActiveIsDelivered() throws IOException {
        QueueId id = incoming("one@smtp.example", "two@smtp.example");
        directory.move(id, QueueName.INCOMING, QueueName.ACTIVE);
        try (QueueFile file = QueueFile.openForUpdate(directory.path(QueueName.ACTIVE, id))) {
            file.markDone(file.recipients(0, 1).recipients().getFirst().offset());
        }
        start();
        awaitGone(id);
        assertThat(services.deliveries.getFirst().recipients()).extracting(Recipient::address)
                .containsExactly("two@smtp.example");
    }

    @Test
    void unfinishedFilesWait() throws IOException {
        QueueId id = incoming("one@smtp.example");
        Path path = directory.path(QueueName.INCOMING, id);
        Files.setPosixFilePermissions(path,
                PosixFilePermissions.fromString("rw-------"));
        start();
        QueueId good = incoming("two@smtp.example");
        trigger("I");
        awaitGone(good);
        assertThat(path).exists();
    }

    @Test
    void aBounceLogMakesALetter() throws IOException {
        services.agents.put("reject", request -> {
            directory.create(QueueName.BOUNCE);
            Files.writeString(directory.path(QueueName.BOUNCE, new QueueId(request.queueId())), "recipient=x\n");
            return deliverAll(request);
        });
        QueueId id = incoming("one@reject.example");
        start();
        awaitGone(id);
        assertThat(services.reports).containsExactly("bounce FLUSH " + id);
    }

    @Test
    void oldMailGoesBack() throws IOException {
        services.agents.put("slow", _ -> DeliveryReport.SOME_REMAIN);
        QueueId id = incoming("one@slow.example");
        now = now.plus(Duration.ofDays(5));
        start();
        awaitGone(id);
        assertThat(services.reports).containsExactly("defer FLUSH " + id);
    }

    @Test
    void theDelayIsToldOnce() throws IOException {
        services.agents.put("slow", _ -> DeliveryReport.SOME_REMAIN);
        QueueId id = incoming("one@slow.example");
        now = now.plus(Duration.ofHours(5));
        start();
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.reports).containsExactly("defer WARN " + id);
        trigger("AD");
        await().atMost(Duration.ofMinutes(1)).until(() -> services.deliveries.size() == 2);
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.reports).containsExactly("defer WARN " + id);
    }

    /** confirm_delay_cleared. */
    @Test
    void whoWasToldOfTheDelayIsToldOfItsEnd() throws IOException {
        services.agents.put("slow", _ -> DeliveryReport.SOME_REMAIN);
        QueueId id = incoming("one@slow.example");
        now = now.plus(Duration.ofHours(5));
        QmgrSettings usual = Samples.settings(TransportSettings.DEFAULT);
        start(new QmgrSettings(usual.activeLimit(), usual.recipientLimit(), usual.probeLimit(), usual.deferTransports(),
                usual.filterNexthop(), usual.allowMinUser(), usual.doubleBounce(), usual.retry(), true,
                usual.verpBounces(), usual.queueRunDelay(), usual.services(), usual.ipcTimeout(),
                usual.deliveryTimeout(), usual.log(), usual.scheduler()));
        awaitIn(QueueName.DEFERRED, id);
        services.agents.put("slow", this::deliverAll);
        trigger("AD");
        awaitGone(id);
        assertThat(services.deliveries).extracting(request -> request.has(DeliveryRequest.RECORD_DELAYED))
                .containsExactly(false, true);
        assertThat(services.reports).containsExactly("defer WARN " + id);
    }

    @Test
    void manyRecipientsAreReadInBatches() throws IOException {
        String[] many = new String[5000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "user" + i + "@smtp.example";
        }
        QueueId id = incoming(many);
        start();
        awaitGone(id);
        assertThat(services.deliveries.stream().mapToInt(r -> r.recipients().size()).sum()).isEqualTo(many.length);
    }

    @Test
    void noticesAboutNoticesEndHere() throws IOException {
        QueueId id = incoming("double-bounce@smtp.example");
        start();
        awaitGone(id);
        assertThat(services.deliveries).isEmpty();
    }

    @Test
    void addressesWithAHyphenBounce() throws IOException {
        QueueId id = incoming("-f@smtp.example");
        start();
        awaitGone(id);
        assertThat(services.deliveries.getFirst().transport()).isEqualTo("error");
        assertThat(services.deliveries.getFirst().nexthop()).isEqualTo("5.1.3 bad address syntax");
    }

    @Test
    void reloadTakesOver() throws IOException {
        start();
        QueueId first = incoming("one@smtp.example");
        trigger("I");
        awaitGone(first);
        FakeServices others = new FakeServices();
        others.agents.put("smtp", this::deliverAll);
        manager.reconfigure(QueueManager.Parts.of(Samples.settings(TransportSettings.DEFAULT), directory, others,
                clocks, _ -> {
                }, QueueManagerFixture::thread));
        QueueId second = incoming("two@smtp.example");
        trigger("I");
        awaitGone(second);
        assertThat(others.deliveries).hasSize(1);
    }

    @Test
    void aMessageUnderDeliveryIsNotTakenForALeftOne() throws IOException, InterruptedException {
        CountDownLatch sweeps = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        services.agents.put("patient", request -> {
            try {
                boolean _ = release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return deliverAll(request);
        });
        QueueId id = incoming("one@patient.example");
        start(Duration.ofMillis(50));
        awaitIn(QueueName.ACTIVE, id);
        services.agents.put("smtp", request -> {
            sweeps.countDown();
            return deliverAll(request);
        });
        // Each of these is found by a periodic scan, as nobody triggers.
        for (int i = 0; i < 3; i++) {
            awaitGone(incoming("u" + i + "@smtp.example"));
        }
        assertThat(sweeps.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.path(QueueName.ACTIVE, id)).exists();
        release.countDown();
        awaitGone(id);
        assertThat(services.deliveries).hasSize(4);
    }

    @Test
    void fiftyThousandRecipientsStopNobody() throws IOException {
        String[] many = new String[50_000];
        Arrays.setAll(many, i -> "user" + i + "@slow" + i % 7 + ".example");
        CountDownLatch others = new CountDownLatch(100);
        for (int i = 0; i < 7; i++) {
            services.agents.put("slow" + i, this::deliverAll);
        }
        services.agents.put("smtp", request -> {
            others.countDown();
            return deliverAll(request);
        });
        // Resolving one of the many takes as long as the others need to get through.
        services.resolving = address -> {
            if (address.contains("@slow")) {
                try {
                    boolean _ = others.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        QueueId bulk = incoming(many);
        start();
        for (int i = 0; i < 100; i++) {
            QueueId _ = incoming("u" + i + "@smtp.example");
            trigger("I");
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> others.getCount() == 0);
        await().atMost(Duration.ofSeconds(60)).until(() -> find(bulk).isEmpty());
        assertThat(services.deliveries.stream().filter(r -> !r.transport().equals("smtp"))
                .mapToInt(r -> r.recipients().size()).sum()).isEqualTo(many.length);
    }

    @Test
    void newMailFlowsWhileDeferredIsScanned() throws IOException, InterruptedException {
        int waiting = 2000;
        for (int i = 0; i < waiting; i++) {
            QueueId id = SampleMessage.write(directory, QueueName.DEFERRED, InstantSource.system(),
                    "sender@example.com", List.of("later@smtp.example"));
            Files.setLastModifiedTime(directory.path(QueueName.DEFERRED, id),
                    FileTime.from(Instant.now().plusSeconds(1000)));
        }
        QueueId fresh = incoming("one@smtp.example");
        Path aside = root.resolve("aside");
        Files.move(directory.path(QueueName.INCOMING, fresh), aside);
        CountDownLatch delivered = new CountDownLatch(1);
        services.agents.put("smtp", request -> {
            delivered.countDown();
            return deliverAll(request);
        });
        // Whether the time of a file has come is asked once for each: the scan stands still in its middle until new mail is through.
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean flows = new AtomicBoolean();
        scanClock = () -> {
            int count = asked.incrementAndGet();
            try {
                if (count == 300) {
                    Files.move(aside, directory.path(QueueName.INCOMING, fresh));
                    manager.announce(fresh);
                } else if (count == 1500) {
                    flows.set(delivered.await(60, TimeUnit.SECONDS));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        };
        start();
        await().atMost(Duration.ofMinutes(1)).until(() -> asked.get() >= waiting);
        assertThat(flows).isTrue();
        assertThat(services.deliveries).hasSize(1);
    }

    @Test
    void tooManyProbesAreNotTried() throws IOException {
        CountDownLatch answers = new CountDownLatch(1);
        services.agents.put("slow", request -> {
            try {
                boolean _ = answers.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return deliverAll(request);
        });
        List<QueueId> probes = new ArrayList<>();
        for (int i = 0; i < Samples.MOST_PROBES + 2; i++) {
            probes.add(SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "",
                    List.of("u" + i + "@slow.example"), Map.of("trace_flags", "256")));
        }
        QueueId mail = incoming("one@smtp.example");
        start();
        awaitGone(mail);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> probes.stream().filter(id -> find(id).isEmpty()).count() == 2);
        assertThat(services.deliveries).filteredOn(request -> request.transport().equals("retry"))
                .extracting(DeliveryRequest::nexthop).hasSize(2)
                .containsOnly("4.3.2 Too many address verification requests");
        answers.countDown();
        probes.forEach(this::awaitGone);
        QueueId later = SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "",
                List.of("u@slow.example"), Map.of("trace_flags", "256"));
        trigger("I");
        awaitGone(later);
        assertThat(services.deliveries.getLast().transport()).isEqualTo("slow");
    }
}
