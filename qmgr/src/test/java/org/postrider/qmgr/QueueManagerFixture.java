package org.postrider.qmgr;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.SampleMessage;

/** The whole of qmgr on a real directory, with the other daemons in memory. */
abstract class QueueManagerFixture {
    @TempDir
    Path root;

    final FakeServices services = new FakeServices();
    final ExecutorService files = Executors.newFixedThreadPool(4);
    QueueDirectory directory;
    volatile Instant now = Instant.now();
    volatile Runnable scanClock = () -> {
    };
    final InstantSource clock = () -> {
        if (Thread.currentThread().getName().equals("feeder")) {
            scanClock.run();
        }
        return now;
    };
    final Clocks clocks = Samples.clocks(clock, () -> now);
    QueueManager manager;

    @BeforeEach
    void open() throws IOException {
        directory = new QueueDirectory(root, Set.of("deferred", "defer"), 1);
        directory.create(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED, QueueName.CORRUPT);
        services.agents.put("smtp", this::deliverAll);
        services.agents.put("retry", _ -> DeliveryReport.SOME_REMAIN);
        services.agents.put("error", this::deliverAll);
    }

    @AfterEach
    void stop() {
        if (manager != null) {
            manager.stop();
        }
        files.shutdown();
    }

    void start() {
        start(Duration.ofSeconds(300));
    }

    void start(Duration queueRunDelay) {
        start(Samples.settings(TransportSettings.DEFAULT, queueRunDelay));
    }

    void start(QmgrSettings settings) {
        QueueManager.Parts parts = QueueManager.Parts.of(settings, directory, services, clocks, _ -> {
        }, QueueManagerFixture::thread);
        manager = new QueueManager(parts, new Scheduler(settings.scheduler()), clocks, files,
                QueueManagerFixture::thread);
        manager.start();
    }

    static Thread thread(String name, Runnable work) {
        return Thread.ofVirtual().name(name).unstarted(work);
    }

    void trigger(String letters) {
        manager.trigger(letters.getBytes(StandardCharsets.ISO_8859_1), letters.length());
    }

    QueueId incoming(String... recipients) throws IOException {
        QueueId id = SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "sender@example.com",
                List.of(recipients));
        now = Instant.now().plusSeconds(1);
        return id;
    }

    DeliveryReport deliverAll(DeliveryRequest request) throws IOException {
        try (QueueFile file = QueueFile
                .openForUpdate(directory.path(QueueName.ACTIVE, new QueueId(request.queueId())))) {
            for (Recipient recipient : request.recipients()) {
                file.markDone(recipient.offset());
            }
        }
        return DeliveryReport.ALL_SETTLED;
    }

    /** A message that moves back, from deferred to active, can be missed once. */
    void awaitGone(QueueId id) {
        await().atMost(Duration.ofMinutes(1)).until(() -> find(id).isEmpty() && find(id).isEmpty());
    }

    Optional<Path> find(QueueId id) {
        return directory.find(id, QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED, QueueName.CORRUPT);
    }

    void awaitIn(QueueName queue, QueueId id) {
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(directory.path(queue, id)));
    }
}
