package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.testing.LogLines;

/** What becomes of mail when files, disks, agents or our own code fail. */
class QueueManagerTroubleTest extends QueueManagerFixture {
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
        try (LogLines log = new LogLines("org.postrider.qmgr")) {
            start();
            awaitGone(id);
            awaitGone(twin);
            assertThat(log.lines()).anyMatch(line -> line.endsWith(
                    ": queue file has 2 names (hard links): what is delivered under one counts for all"));
        }
        assertThat(delivered).hasValue(1);
    }

    /** Somebody put the spool together by hand. */
    @Test
    void messagesOfOneNameAreAllDelivered() throws IOException {
        QueueId id = incoming("one@smtp.example");
        for (QueueName queue : List.of(QueueName.ACTIVE, QueueName.DEFERRED)) {
            QueueId other = incoming(queue + "@smtp.example");
            Path file = directory.path(queue, id);
            directory.makeParent(file);
            Files.move(directory.path(QueueName.INCOMING, other), file);
        }
        // Its turn comes when the one in incoming was seen to wait for it.
        QueueDirectory.setTime(directory.path(QueueName.DEFERRED, id), clock.instant().plus(Duration.ofMinutes(5)));
        Set<String> delivered = ConcurrentHashMap.newKeySet();
        services.agents.put("smtp", request -> {
            request.recipients().forEach(one -> delivered.add(one.address()));
            return deliverAll(request);
        });
        try (LogLines log = new LogLines("org.postrider.qmgr")) {
            start(Duration.ofMillis(100));
            await().atMost(Duration.ofMinutes(1)).until(() -> log.lines().contains(
                    id + ": stays in queue incoming for now, as queue deferred has another file of this name"));
            QueueDirectory.setTime(directory.path(QueueName.DEFERRED, id), clock.instant());
            await().atMost(Duration.ofMinutes(1)).until(() -> delivered.size() == 3);
            awaitGone(id);
            assertThat(log.lines()).anyMatch(line -> line
                    .startsWith(id + ": another file has this name in queue incoming: the one in queue active is "));
        }
    }

    /** What a reader must keep of it would fill the memory. */
    @Test
    void anOversizedEnvelopeIsSetAside() throws IOException {
        QueueId bad = incoming("one@smtp.example");
        Path path = directory.path(QueueName.INCOMING, bad);
        byte[] bytes = Files.readAllBytes(path);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("sender@example.com") - 2;
        try (OutputStream out = Files.newOutputStream(path)) {
            out.write(bytes, 0, at);
            RecordWriter more = new RecordWriter(out);
            for (int i = 0; i < 2000; i++) {
                more.attribute("name" + i, "x".repeat(100));
            }
            more.flush();
            out.write(bytes, at, bytes.length - at);
        }
        QueueId good = incoming("two@smtp.example");
        try (LogLines log = new LogLines("org.postrider.qmgr")) {
            start();
            awaitGone(good);
            awaitIn(QueueName.CORRUPT, bad);
            assertThat(log.lines()).contains(
                    "saving corrupt file \"" + bad + "\" from queue \"active\" to queue \"corrupt\"")
                    .anyMatch(line -> line.startsWith(bad + ": message rejected: "));
        }
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
        await().atMost(Duration.ofMinutes(1)).until(() -> noted.get() == 1 && !Files.exists(log));
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
}
