package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.FsyncCommit;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.queue.SampleMessage;

/** The whole of qmgr on a real directory, with the other daemons in memory. */
class QueueManagerTest {
    @TempDir
    Path root;

    private final FakeServices services = new FakeServices();
    private final ExecutorService files = Executors.newFixedThreadPool(4);
    private QueueDirectory directory;
    private volatile Instant now = Instant.now();
    private volatile Runnable scanClock = () -> {
    };
    private final InstantSource clock = () -> {
        if (Thread.currentThread().getName().equals("feeder")) {
            scanClock.run();
        }
        return now;
    };
    private QueueManager manager;

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

    private void start() {
        start(Duration.ofSeconds(300));
    }

    private void start(Duration queueRunDelay) {
        QmgrSettings settings = Samples.settings(TransportSettings.DEFAULT, queueRunDelay);
        QueueManager.Parts parts = QueueManager.Parts.of(settings, directory, services, clock, _ -> {
        }, QueueManagerTest::thread);
        manager = new QueueManager(parts, new Scheduler(settings.scheduler()), clock, files,
                QueueManagerTest::thread);
        manager.start();
    }

    private static Thread thread(String name, Runnable work) {
        return Thread.ofVirtual().name(name).unstarted(work);
    }

    private void trigger(String letters) {
        manager.trigger(letters.getBytes(StandardCharsets.ISO_8859_1), letters.length());
    }

    private QueueId incoming(String... recipients) throws IOException {
        QueueId id = SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "sender@example.com",
                List.of(recipients));
        now = Instant.now().plusSeconds(1);
        return id;
    }

    private DeliveryReport deliverAll(DeliveryRequest request) throws IOException {
        try (QueueFile file = QueueFile
                .openForUpdate(directory.path(QueueName.ACTIVE, new QueueId(request.queueId())))) {
            for (Recipient recipient : request.recipients()) {
                file.markDone(recipient.offset());
            }
        }
        return DeliveryReport.ALL_SETTLED;
    }

    private void awaitGone(QueueId id) {
        await().atMost(Duration.ofSeconds(10)).until(() -> find(id).isEmpty());
    }

    private Optional<Path> find(QueueId id) {
        return directory.find(id, QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED, QueueName.CORRUPT);
    }

    private void awaitIn(QueueName queue, QueueId id) {
        await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(directory.path(queue, id)));
    }

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
        await().atMost(Duration.ofSeconds(10)).until(() -> ids.stream().allMatch(id -> find(id).isEmpty()));
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
    void whatALivingAgentStillDeliversIsLeftAlone() throws IOException {
        QueueId id = incoming("one@smtp.example");
        directory.move(id, QueueName.INCOMING, QueueName.ACTIVE);
        try (FileLocks.Held agent = FileLocks.tryShared(directory.path(QueueName.ACTIVE, id)).orElseThrow()) {
            assertThat(agent).isNotNull();
            start();
            awaitIn(QueueName.DEFERRED, id);
        }
        assertThat(services.deliveries).isEmpty();
        trigger("AD");
        awaitGone(id);
    }

    @Test
    void whatIsNoFileIsLeftAloneAndHoldsNothingUp() throws IOException {
        QueueId target = incoming("u@smtp.example");
        Path aside = Files.move(directory.path(QueueName.INCOMING, target), root.resolve("aside"));
        Path link = Files.createSymbolicLink(directory.path(QueueName.INCOMING, target), aside);
        Path folder = Files.createDirectory(directory.top(QueueName.INCOMING).resolve("0000A1"));
        QueueId id = incoming("one@smtp.example");
        start();
        awaitGone(id);
        assertThat(link).isSymbolicLink();
        assertThat(folder).isDirectory();
        assertThat(aside).exists();
        assertThat(services.deliveries).hasSize(1);
    }

    @Test
    void aFileWithTwoNamesIsDeliveredOnce() throws IOException {
        QueueId id = incoming("one@smtp.example");
        QueueId twin = new QueueId("0000A1");
        AtomicInteger delivered = new AtomicInteger();
        Files.createLink(directory.path(QueueName.INCOMING, twin), directory.path(QueueName.INCOMING, id));
        services.agents.put("smtp", request -> {
            synchronized (this) {
                try (QueueFile file = QueueFile
                        .openForUpdate(directory.path(QueueName.ACTIVE, new QueueId(request.queueId())))) {
                    long offset = request.recipients().getFirst().offset();
                    if (!file.isDone(offset)) {
                        delivered.incrementAndGet();
                        file.markDone(offset);
                    }
                }
            }
            return DeliveryReport.ALL_SETTLED;
        });
        start();
        awaitGone(id);
        awaitGone(twin);
        assertThat(delivered).hasValue(1);
    }

    @Test
    void timesFromAWrongClockHoldNothingBack() throws IOException {
        QueueId past = incoming("one@smtp.example");
        Files.setLastModifiedTime(directory.path(QueueName.INCOMING, past),
                FileTime.from(Instant.EPOCH.minusSeconds(9)));
        QueueId future = incoming("two@smtp.example");
        Files.setLastModifiedTime(directory.path(QueueName.INCOMING, future),
                FileTime.from(Instant.now().plus(Duration.ofDays(3650))));
        QueueId later = incoming("three@smtp.example");
        Files.setLastModifiedTime(directory.path(QueueName.INCOMING, later),
                FileTime.from(Instant.now().plus(Duration.ofDays(1))));
        start();
        awaitGone(past);
        awaitGone(future);
        assertThat(directory.path(QueueName.INCOMING, later)).exists();
    }

    @Test
    void aQueueThatIsNoDirectoryStopsNoOther() throws IOException {
        Files.deleteIfExists(directory.top(QueueName.DEFERRED));
        Files.writeString(directory.top(QueueName.DEFERRED), "");
        QueueId id = incoming("one@smtp.example");
        start();
        awaitGone(id);
    }

    @Test
    void whatWasDeletedDuringItsDeliveryLeavesNoLog() throws IOException {
        QueueId id = incoming("one@smtp.example");
        Path log = directory.path(QueueName.DEFER, id);
        AtomicInteger noted = new AtomicInteger();
        services.agents.put("smtp", request -> {
            boolean _ = directory.remove(QueueName.ACTIVE, id);
            directory.makeParent(log);
            Files.writeString(log, "orphan");
            noted.incrementAndGet();
            return DeliveryReport.SOME_REMAIN;
        });
        start();
        await().atMost(Duration.ofSeconds(10)).until(() -> noted.get() == 1 && !Files.exists(log));
        assertThat(find(id)).isEmpty();
    }

    @Test
    void corruptFilesAreSetAside() throws IOException {
        QueueId bad = incoming("one@smtp.example");
        Path path = directory.path(QueueName.INCOMING, bad);
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, bytes.length - 20));
        QueueId good = incoming("two@smtp.example");
        start();
        awaitGone(good);
        awaitIn(QueueName.CORRUPT, bad);
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
    void withoutTheLetterTheMessageStays() throws IOException {
        services.agents.put("reject", request -> {
            directory.create(QueueName.BOUNCE);
            Files.writeString(directory.path(QueueName.BOUNCE, new QueueId(request.queueId())), "recipient=x\n");
            return deliverAll(request);
        });
        services.reportAnswer = _ -> false;
        QueueId id = incoming("one@reject.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
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
        await().until(() -> services.deliveries.size() == 2);
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.reports).containsExactly("defer WARN " + id);
    }

    @Test
    void aMissingAgentDefersThroughRetry() throws IOException {
        QueueId id = incoming("one@nobody.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.deliveries).extracting(DeliveryRequest::transport).containsExactly("retry");
        assertThat(services.deliveries.getFirst().nexthop()).isEqualTo("4.3.0 mail transport unavailable");
    }

    @Test
    void withoutAnyAgentRecipientsAreRecordedByQmgr() throws IOException {
        services.agents.clear();
        QueueId id = incoming("one@nobody.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.reports).containsExactly("defer APPEND " + id);
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
                clock, _ -> {
                }, QueueManagerTest::thread));
        QueueId second = incoming("two@smtp.example");
        trigger("I");
        awaitGone(second);
        assertThat(others.deliveries).hasSize(1);
    }

    @Test
    void whatABrokenDiskKeptInActiveIsTriedAgain() throws IOException {
        QueueId id = incoming("one@smtp.example");
        // The old log can't be removed, and the file can't be moved to deferred either.
        Path log = directory.path(QueueName.DEFER, id);
        Files.createDirectories(log.resolve("in the way"));
        Files.delete(directory.top(QueueName.DEFERRED));
        Files.createFile(directory.top(QueueName.DEFERRED));
        start(Duration.ofMillis(100));
        await().ignoreExceptions()
                .until(() -> Files.getLastModifiedTime(find(id).orElseThrow()).toInstant().isAfter(now));
        Files.delete(directory.top(QueueName.DEFERRED));
        Files.delete(log.resolve("in the way"));
        now = now.plusSeconds(301);
        awaitGone(id);
        assertThat(services.deliveries).hasSize(1);
    }

    @Test
    void whatCouldNotBeSetAsideIsSetAsideLater() throws IOException {
        QueueId bad = incoming("one@smtp.example");
        Path path = directory.path(QueueName.INCOMING, bad);
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, bytes.length - 20));
        Files.delete(directory.top(QueueName.CORRUPT));
        Files.createFile(directory.top(QueueName.CORRUPT));
        start(Duration.ofMillis(100));
        awaitIn(QueueName.ACTIVE, bad);
        Files.delete(directory.top(QueueName.CORRUPT));
        awaitIn(QueueName.CORRUPT, bad);
    }

    @Test
    void aMessageUnderDeliveryIsNotTakenForALeftOne() throws IOException, InterruptedException {
        CountDownLatch sweeps = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        services.agents.put("patient", request -> {
            try {
                boolean _ = release.await(10, TimeUnit.SECONDS);
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
        assertThat(sweeps.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.path(QueueName.ACTIVE, id)).exists();
        release.countDown();
        awaitGone(id);
        assertThat(services.deliveries).hasSize(4);
    }

    @Test
    void aBugInRoutingDefersTheRecipient() throws IOException {
        QueueId id = incoming("one@smtp.example", "two@bug.example", "three@smtp.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.deliveries).extracting(DeliveryRequest::nexthop).contains("4.3.0 address resolver failure");
        try (QueueFile file = QueueFile.open(directory.path(QueueName.DEFERRED, id))) {
            assertThat(file.recipients(0, 10).recipients()).extracting(Recipient::address)
                    .containsExactly("two@bug.example");
        }
    }

    @Test
    void aBugInRoutingALaterBatchDefersTheRecipient() throws IOException {
        String[] many = new String[3000];
        Arrays.setAll(many, i -> "user" + i + (i == 2900 ? "@bug.example" : "@smtp.example"));
        QueueId id = incoming(many);
        start();
        awaitIn(QueueName.DEFERRED, id);
        try (QueueFile file = QueueFile.open(directory.path(QueueName.DEFERRED, id))) {
            assertThat(file.recipients(0, 10).recipients()).extracting(Recipient::address)
                    .containsExactly("user2900@bug.example");
        }
    }

    @Test
    void aBugInDeferringStillDefers() throws IOException {
        services.agents.clear();
        services.reportAnswer = _ -> {
            throw new IllegalStateException("bug");
        };
        QueueId id = incoming("one@nobody.example");
        start();
        awaitIn(QueueName.DEFERRED, id);
    }

    @Test
    void aBugAtTheEndOfAMessageIsGotOver() throws IOException {
        AtomicInteger reports = new AtomicInteger();
        services.reportAnswer = _ -> {
            if (reports.incrementAndGet() == 1) {
                throw new IllegalStateException("bug");
            }
            return true;
        };
        services.agents.put("reject", request -> {
            directory.create(QueueName.BOUNCE);
            Files.writeString(directory.path(QueueName.BOUNCE, new QueueId(request.queueId())), "recipient=x\n");
            return deliverAll(request);
        });
        QueueId id = incoming("one@reject.example");
        start(Duration.ofMillis(100));
        awaitGone(id);
        assertThat(services.deliveries).hasSize(1);
        assertThat(services.reports).containsExactly("bounce FLUSH " + id, "bounce FLUSH " + id);
    }

    @Test
    void whatAnAgentFindsCorruptIsSetAsideAndHoldsNothingUp() throws IOException {
        services.agents.put("reader", request -> {
            Files.setPosixFilePermissions(directory.path(QueueName.ACTIVE, new QueueId(request.queueId())),
                    QueueFile.CORRUPT_MODE);
            return DeliveryReport.SOME_REMAIN;
        });
        QueueId bad = incoming("one@reader.example");
        QueueId good = incoming("two@smtp.example");
        start();
        awaitIn(QueueName.CORRUPT, bad);
        awaitGone(good);
        assertThat(services.reports).isEmpty();
    }

    @Test
    void whatAnAgentOfALastQmgrFoundCorruptIsSetAside() throws IOException {
        QueueId bad = incoming("one@smtp.example");
        directory.move(bad, QueueName.INCOMING, QueueName.ACTIVE);
        Files.setPosixFilePermissions(directory.path(QueueName.ACTIVE, bad), QueueFile.CORRUPT_MODE);
        start();
        awaitIn(QueueName.CORRUPT, bad);
        assertThat(services.deliveries).isEmpty();
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
                    boolean _ = others.await(20, TimeUnit.SECONDS);
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
        await().atMost(Duration.ofSeconds(15)).until(() -> others.getCount() == 0);
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
                    flows.set(delivered.await(10, TimeUnit.SECONDS));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        };
        start();
        await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() >= waiting);
        assertThat(flows).isTrue();
        assertThat(services.deliveries).hasSize(1);
    }

    @Test
    void tooManyProbesAreNotTried() throws IOException {
        CountDownLatch answers = new CountDownLatch(1);
        services.agents.put("slow", request -> {
            try {
                boolean _ = answers.await(20, TimeUnit.SECONDS);
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
        await().until(() -> probes.stream().filter(id -> find(id).isEmpty()).count() == 2);
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
