package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/**
 * The whole service over its socket, real queue files, and Debian's smtp-sink as the peer. System property
 * {@code relay.messages} makes a measurement of it.
 */
@EnabledIf("sinkIsThere")
class SinkTest {
    private static final Path SINK = Path.of("/usr/sbin/smtp-sink");
    private static final int MESSAGES = Integer.getInteger("relay.messages", 200);
    private static final int CLIENTS = 20;
    private static final int MEGABYTES = Integer.getInteger("relay.megabytes", 8);

    @TempDir
    private Path queue;

    private int port;

    static boolean sinkIsThere() {
        return Files.isExecutable(SINK);
    }

    private Process sink(String... options) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(SINK.toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "postfix"));
        }
        command.addAll(List.of(options));
        command.addAll(List.of("127.0.0.1:" + port, "256"));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void everyMessageArrives() throws IOException, InterruptedException {
        Process sink = sink();
        try (DaemonHarness harness = new DaemonHarness(queue);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            harness.start(new Smtp(), "smtp", "private/smtp");
            DeliveryRequest request = put(57);
            AtomicInteger left = new AtomicInteger(MESSAGES);
            AtomicInteger settled = new AtomicInteger();
            warmUp(harness, request);
            Instant start = Instant.now();
            for (int i = 0; i < CLIENTS; i++) {
                clients.submit(() -> {
                    try (Connection connection = harness.network().connect(queue.resolve("private/smtp"),
                            Duration.ofSeconds(5))) {
                        while (left.getAndDecrement() > 0) {
                            if (ask(connection, request).equals(DeliveryReport.ALL_SETTLED)) {
                                settled.incrementAndGet();
                            }
                        }
                    }
                    return null;
                });
            }
            clients.shutdown();
            assertThat(clients.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
            long millis = start.until(Instant.now(), ChronoUnit.MILLIS);
            System.out.println("relayed " + MESSAGES * 1000L / Math.max(1, millis) + " messages/s");
            assertThat(settled.get()).isEqualTo(MESSAGES);
        } finally {
            sink.destroy();
        }
    }

    @Test
    void aMessageLargerThanTheHeapIsStreamed() throws IOException {
        Process sink = sink();
        try (DaemonHarness harness = new DaemonHarness(queue)) {
            harness.start(new Smtp(), "smtp", "private/smtp");
            warmUp(harness, put(1));
            DeliveryRequest request = put(MEGABYTES * (1 << 20) / 70);
            Instant start = Instant.now();
            try (Connection connection = harness.network().connect(queue.resolve("private/smtp"),
                    Duration.ofSeconds(5))) {
                assertThat(ask(connection, request)).isEqualTo(DeliveryReport.ALL_SETTLED);
            }
            System.out
                    .println(MEGABYTES + " MB in " + start.until(Instant.now(), ChronoUnit.MILLIS) + " ms, heap limit "
                            + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB");
        } finally {
            sink.destroy();
        }
    }

    /** Waits until the sink listens. */
    private void warmUp(DaemonHarness harness, DeliveryRequest request) throws IOException {
        harness.fake("private/defer", connection -> {
            while (Attributes.readIfAny(connection.in()).isPresent()) {
                BounceRequest.answer(true).write(connection.out());
                connection.out().flush();
            }
        });
        try (Connection connection = harness.network().connect(queue.resolve("private/smtp"), Duration.ofSeconds(5))) {
            for (int i = 0; i < 1000; i++) {
                if (ask(connection, request).equals(DeliveryReport.ALL_SETTLED)) {
                    return;
                }
            }
        }
        throw new IllegalStateException("smtp-sink does not come up");
    }

    private static DeliveryReport ask(Connection connection, DeliveryRequest request) throws IOException {
        request.write(connection.out());
        connection.out().flush();
        return DeliveryReport.fromAttributes(Attributes.read(connection.in()));
    }

    /** Writes a message of so many lines; streams, as some are larger than the heap. */
    private DeliveryRequest put(int lines) throws IOException {
        QueueDirectory directory = new QueueDirectory(queue, Set.of("defer", "deferred"), 1);
        directory.create(QueueName.ACTIVE);
        QueueId id = new QueueId("3F2A1B40C7");
        Path file = directory.path(QueueName.ACTIVE, id);
        byte[] line = ".123456789".repeat(7).getBytes(StandardCharsets.ISO_8859_1);
        long data;
        long extracted;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            RecordWriter records = new RecordWriter(out);
            records.write(RecordType.SIZE, MessageSize.UNKNOWN.format());
            records.write(RecordType.SENDER, "sender@example.com");
            records.write(RecordType.RECIPIENT, "a@example.org");
            records.write(RecordType.MESSAGE);
            data = records.position();
            for (int i = 0; i < lines; i++) {
                records.write(RecordType.TEXT, line, 0, line.length);
            }
            extracted = records.position();
            records.write(RecordType.EXTRACTED).write(RecordType.END).flush();
        }
        byte[] size = new MessageSize(extracted - data, data, 1, 0, extracted - data, 0).format()
                .getBytes(StandardCharsets.ISO_8859_1);
        try (RandomAccessFile patched = new RandomAccessFile(file.toFile(), "rw")) {
            patched.seek(2);
            patched.write(size);
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        int flags = DeliveryRequest.CONNECTION_LOAD | DeliveryRequest.CONNECTION_STORE;
        return new DeliveryRequest(flags, "active", id.toString(), data, extracted - data, "smtp",
                "[127.0.0.1]:" + port, "", 0, "sender@example.com", "", 0,
                new DeliveryRequest.Times(now, now, now, now), Map.of(),
                List.of(new Recipient(-1, "a@example.org", "", "", 0)));
    }
}
