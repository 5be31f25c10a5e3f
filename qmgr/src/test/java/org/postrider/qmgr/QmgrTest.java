package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ProcessLimits;
import org.postrider.common.daemon.ServedService;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.Standing;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.SampleMessage;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.testing.LogLines;
import org.postrider.common.wire.Connection;

/** The program on real sockets: triggers come in, trivial-rewrite and the agents are played by the test. */
class QmgrTest {
    private static final String TROUBLE = "transport smtp failure -- see a previous warning/fatal/panic logfile record for the"
            + " problem description";

    @TempDir
    Path root;

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger deliveries = new AtomicInteger();
    private LogLines log;
    private DaemonHarness harness;
    private QueueDirectory directory;
    private ServedService service;

    @BeforeEach
    void start() throws IOException {
        log = new LogLines("org.postrider");
        directory = new QueueDirectory(root, Set.of("deferred", "defer"), 1);
        harness = new DaemonHarness(root);
        Map<String, String> limits = new HashMap<>();
        ProcessLimits.put(MasterCf.parse("smtp unix - - n - 7 smtp\n", "master.cf",
                Parameters.of(Map.of("compatibility_level", "3.6"))).entries(), limits);
        limits.forEach(harness::set);
        harness.set("daemon_timeout", "2s");
        harness.fake("private/rewrite", this::rewrite);
        harness.fake("private/smtp", this::agent);
        harness.fake("private/retry", QmgrTest::retry);
        service = harness.start(new Qmgr(), "qmgr", "public/qmgr");
    }

    @AfterEach
    void stop() {
        service.stopping();
        harness.close();
        log.close();
    }

    private void assertLogged(String... beginnings) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            for (String beginning : beginnings) {
                assertThat(log.lines()).anyMatch(line -> line.startsWith(beginning));
            }
        });
    }

    private void rewrite(Connection connection) throws IOException {
        for (Optional<Attributes> request = Attributes.readIfAny(connection.in()); request
                .isPresent(); request = Attributes.readIfAny(connection.in())) {
            ResolveRequest asked = ResolveRequest.fromAttributes(request.get());
            String domain = asked.address().substring(asked.address().indexOf('@') + 1);
            new ResolveAnswer("smtp", domain, asked.address(), ResolveAnswer.CLASS_DEFAULT).toAttributes()
                    .write(connection.out());
            connection.out().flush();
        }
    }

    private void agent(Connection connection) throws IOException {
        connections.incrementAndGet();
        for (Optional<DeliveryRequest> request = DeliveryRequest.read(connection.in()); request
                .isPresent(); request = DeliveryRequest.read(connection.in())) {
            if (request.get().nexthop().equals("crash.example")) {
                connection.abort();
                return;
            }
            deliveries.incrementAndGet();
            switch (request.get().nexthop()) {
                case "liar.example" -> answer(connection, DeliveryReport.ALL_SETTLED);
                case "mute.example" -> {
                    new Attributes().put("reason", "no status").write(connection.out());
                    connection.out().flush();
                }
                case "hang.example" -> {
                    int _ = connection.in().read();
                    return;
                }
                case "twice.example" -> {
                    markDone(request.get());
                    answer(connection, DeliveryReport.ALL_SETTLED);
                    answer(connection, DeliveryReport.ALL_SETTLED);
                }
                default -> {
                    markDone(request.get());
                    answer(connection, DeliveryReport.ALL_SETTLED);
                }
            }
        }
    }

    private static void retry(Connection connection) throws IOException {
        while (DeliveryRequest.read(connection.in()).isPresent()) {
            answer(connection, DeliveryReport.SOME_REMAIN);
        }
    }

    private void markDone(DeliveryRequest request) throws IOException {
        if (request.has(DeliveryRequest.NO_FILE)) {
            return;
        }
        Path path = directory.path(QueueName.ACTIVE, new QueueId(request.queueId()));
        try (QueueFile file = QueueFile.openForUpdate(path)) {
            for (Recipient recipient : request.recipients()) {
                file.markDone(recipient.offset());
            }
        }
    }

    private static void answer(Connection connection, DeliveryReport report) throws IOException {
        report.toAttributes().write(connection.out());
        connection.out().flush();
    }

    private QueueId incoming(String recipient) throws IOException {
        return SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "sender@example.com",
                List.of(recipient));
    }

    private void trigger(Trigger... triggers) throws IOException {
        Trigger.send(harness.network(), root.resolve("public/qmgr"), Duration.ofSeconds(10), triggers);
    }

    private void awaitGone(List<QueueId> ids) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> ids.stream().noneMatch(id -> directory
                        .find(id, QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED).isPresent()));
    }

    @Test
    void connectionsAreUsedAgainWithinTheAgentsLimit() throws IOException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(incoming("u@d" + i % 5 + ".example"));
        }
        trigger(Trigger.INCOMING);
        awaitGone(ids);
        assertThat(deliveries.get()).isEqualTo(300);
        assertThat(connections.get()).isLessThanOrEqualTo(7);
    }

    @Test
    void announcedMailIsTakenWithoutAScan() throws IOException {
        QueueId first = incoming("u@d.example");
        trigger(Trigger.INCOMING);
        awaitGone(List.of(first));
        QueueId second = incoming("u@d.example");
        QueueId third = incoming("u@d.example");
        try (Connection qmgr = harness.network().connect(root.resolve("public/qmgr"), Duration.ofSeconds(10))) {
            String both = "N" + second.text() + "\0Nno queue id!\0N" + third.text() + '\0';
            for (char c : both.toCharArray()) {
                qmgr.out().write(c);
                qmgr.out().flush();
            }
            awaitGone(List.of(second, third));
        }
    }

    @Test
    void aProbeIsTakenWhereverItsBytesAreCut() throws IOException {
        AddressProbe probe = new AddressProbe("ECF2A000010000", Instant.EPOCH, 1, 0, "", new Recipient(-1,
                "u@d.example", "", "", 0));
        var bytes = new ByteArrayOutputStream();
        bytes.write(Trigger.PROBE);
        probe.toAttributes().write(bytes);
        try (Connection qmgr = harness.network().connect(root.resolve("public/qmgr"), Duration.ofSeconds(10))) {
            qmgr.timeout(Duration.ofMinutes(1));
            for (int i = 0; i < 3; i++) {
                for (byte b : bytes.toByteArray()) {
                    qmgr.out().write(b);
                    qmgr.out().flush();
                }
                assertThat(AddressProbe.isTaken(Attributes.read(qmgr.in()))).isTrue();
            }
            qmgr.out().write('I');
            qmgr.out().write(bytes.toByteArray());
            qmgr.out().flush();
            assertThat(AddressProbe.isTaken(Attributes.read(qmgr.in()))).isTrue();
            qmgr.out().write(Trigger.PROBE);
            qmgr.out().write("a\0".repeat(40_000).getBytes(StandardCharsets.US_ASCII));
            qmgr.out().flush();
            assertThatThrownBy(() -> Attributes.read(qmgr.in())).isInstanceOf(IOException.class);
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> deliveries.get() > 0);
    }

    @Test
    void anAgentThatDiesCostsOneAttempt() throws IOException {
        QueueId id = incoming("u@crash.example");
        trigger(Trigger.INCOMING);
        Path deferred = directory.path(QueueName.DEFERRED, id);
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(deferred));
        try (QueueFile file = QueueFile.open(deferred)) {
            assertThat(file.recipients(0, 10).recipients()).hasSize(1);
        }
        assertThat(Files.getLastModifiedTime(deferred).toInstant()).isAfter(InstantSource.system().instant());
        assertThat(deliveries.get()).isZero();
        assertLogged("private/smtp socket: ");
        assertLogged(TROUBLE);
    }

    private void assertKept(QueueId id) throws IOException {
        Path deferred = directory.path(QueueName.DEFERRED, id);
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(deferred));
        try (QueueFile file = QueueFile.open(deferred)) {
            assertThat(file.recipients(0, 10).recipients()).hasSize(1);
        }
    }

    @Test
    void anAgentThatLiesOrSaysNothingCostsOneAttempt() throws IOException {
        QueueId lie = incoming("u@liar.example");
        QueueId mute = incoming("u@mute.example");
        trigger(Trigger.INCOMING);
        assertKept(lie);
        assertKept(mute);
        assertLogged(
                lie + ": a delivery agent reported all recipients settled, but some are not marked done in the queue file:"
                        + " the message stays",
                mute + ": delivery over smtp: ");
    }

    @Test
    void anAgentThatHangsCostsOneAttempt() throws IOException {
        QueueId id = incoming("u@hang.example");
        QueueId other = incoming("u@d.example");
        trigger(Trigger.INCOMING);
        awaitGone(List.of(other));
        assertKept(id);
        assertLogged("private/smtp socket: Connection timed out", TROUBLE);
    }

    @Test
    void anAgentThatAnswersTwiceSettlesNothingElse() throws IOException {
        QueueId first = incoming("u@twice.example");
        trigger(Trigger.INCOMING);
        awaitGone(List.of(first));
        QueueId second = incoming("u@liar.example");
        QueueId third = incoming("u@d.example");
        trigger(Trigger.INCOMING);
        awaitGone(List.of(third));
        assertKept(second);
        assertLogged(root.resolve("private/smtp") + ": an answer that nobody waits for: the connection is closed");
    }

    @Test
    void whoMayAsksWhatHoldsAMessage() throws IOException {
        QueueId id = SampleMessage.write(directory, QueueName.INCOMING, InstantSource.system(), "sender@example.com",
                List.of("one@hang.example"));
        trigger(Trigger.INCOMING);
        await().atMost(Duration.ofMinutes(1)).until(() -> deliveries.get() == 1);
        try (Standing.Asker asker = new Standing.Asker(harness.network(), root.resolve("public/qmgr"),
                Duration.ofSeconds(10))) {
            List<Standing> answers = asker.of(List.of("", id.text(), "no such name", "0000A1"));
            assertThat(answers.get(1).recipients().values()).singleElement().asString()
                    .startsWith("the end of a delivery over smtp to hang.example, under way for ");
            answers = new ArrayList<>(answers);
            answers.remove(1);
            assertThat(answers).extracting(Standing::others)
                    .containsOnly("the next scan of the queue (queue_run_delay)");
            List<String> many = Collections.nCopies(Standing.MOST_AT_ONCE, id.text());
            assertThat(asker.of(many)).hasSameSizeAs(many).allMatch(one -> one.recipients().size() == 1);
        }
    }

    @Test
    void aSecondQueueManagerWaitsUntilTheFirstHasLeft() throws Exception {
        try (DaemonHarness another = new DaemonHarness(root)) {
            FutureTask<ServedService> second = new FutureTask<>(
                    () -> another.start(new Qmgr(), "qmgr", "public/qmgr2"));
            Thread _ = Thread.ofPlatform().daemon().start(second);
            QueueId id = incoming("u@d.example");
            trigger(Trigger.INCOMING);
            awaitGone(List.of(id));
            assertThat(second.isDone()).isFalse();
            assertLogged("another queue manager works on " + root + ": waiting until it ends");
            service.stopping();
            second.get(60, TimeUnit.SECONDS).stopping();
        }
    }

    @Test
    void reloadKeepsWhatIsUnderWay() throws IOException {
        QueueId first = incoming("u@d.example");
        trigger(Trigger.INCOMING);
        awaitGone(List.of(first));
        harness.set("defer_transports", "smtp");
        harness.reload(service, "qmgr", "qmgr", "unix");
        QueueId second = incoming("u@d.example");
        trigger(Trigger.INCOMING);
        Path deferred = directory.path(QueueName.DEFERRED, second);
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(deferred));
        assertThat(deliveries.get()).isEqualTo(1);
        trigger(Trigger.IGNORE_TIME, Trigger.FLUSH_DEAD, Trigger.DEFERRED);
        awaitGone(List.of(second));
    }
}
