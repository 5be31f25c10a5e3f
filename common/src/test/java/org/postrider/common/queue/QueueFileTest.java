package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.mail.Recipient;

class QueueFileTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_795_241_321L, 665_219_000));

    @TempDir
    Path root;

    private QueueDirectory directory;

    @BeforeEach
    void open() {
        directory = new QueueDirectory(root, Set.of(), 1);
    }

    private Path message(String... recipients) throws IOException {
        QueueId id = SampleMessage.write(directory, QueueName.ACTIVE, CLOCK, "sender@example.com", List.of(recipients),
                List.of("Subject: test", "", "x".repeat(5000), ".", ""));
        return directory.path(QueueName.ACTIVE, id);
    }

    @Test
    void whatWasWrittenComesBack() throws IOException {
        Path path = message("one@example.net", "two@example.net");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rwx------");
        try (QueueFile file = QueueFile.open(path)) {
            Envelope envelope = file.envelope();
            assertThat(envelope.sender()).isEqualTo("sender@example.com");
            assertThat(envelope.arrived()).isEqualTo(CLOCK.instant());
            assertThat(envelope.created()).isEqualTo(Instant.ofEpochSecond(1_795_241_321L));
            assertThat(envelope.attribute("log_client_name")).isEqualTo("client.example");
            assertThat(envelope.attribute("message_id")).isEqualTo("<1@example.com>");
            assertThat(envelope.attributes()).doesNotContainKeys("notify_flags", "dsn_orig_rcpt");
            assertThat(envelope.warning().seconds()).isEqualTo(1_795_241_321L + 14400);
            assertThat(file.size().recipientCount()).isEqualTo(2);

            QueueFile.Batch batch = file.recipients(0, 10);
            assertThat(batch.isLast()).isTrue();
            Recipient first = batch.recipients().getFirst();
            assertThat(first).isEqualTo(
                    new Recipient(first.offset(), "one@example.net", "one@example.net", "rfc822;one@example.net", 2));
            assertThat(batch.recipients()).hasSize(2);

            byte[] content = file.contentStream().readAllBytes();
            assertThat(new String(content, StandardCharsets.ISO_8859_1))
                    .isEqualTo("Subject: test\n\n" + "x".repeat(5000) + "\n.\n\n");
        }
    }

    @Test
    void recipientsComeInBatches() throws IOException {
        String[] many = new String[25];
        for (int i = 0; i < many.length; i++) {
            many[i] = "user" + i + "@example.net";
        }
        Path path = message(many);
        List<String> seen = new ArrayList<>();
        try (QueueFile file = QueueFile.open(path)) {
            long from = 0;
            while (from != QueueFile.Batch.NO_MORE) {
                QueueFile.Batch batch = file.recipients(from, 10);
                assertThat(batch.recipients()).hasSizeLessThanOrEqualTo(10);
                batch.recipients().forEach(r -> seen.add(r.address()));
                from = batch.next();
            }
        }
        assertThat(seen).containsExactly(many);
    }

    @Test
    void doneIsOneByte() throws IOException {
        Path path = message("one@example.net", "two@example.net");
        byte[] before = Files.readAllBytes(path);
        try (QueueFile file = QueueFile.openForUpdate(path)) {
            long offset = file.recipients(0, 1).recipients().getFirst().offset();
            file.markDone(offset);
            file.markDone(offset);
            assertThat(file.recipients(0, 10).recipients()).extracting(Recipient::address)
                    .containsExactly("two@example.net");
            assertThatThrownBy(() -> file.markDone(0)).isInstanceOf(CorruptQueueFileException.class);
            assertThatThrownBy(() -> file.markDone(1 << 20)).isInstanceOf(CorruptQueueFileException.class);
            byte[] after = Files.readAllBytes(path);
            assertThat(Arrays.mismatch(before, after)).isEqualTo((int) offset);
            after[(int) offset] = 'R';
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void imageIsTheFileAsItWillBe() throws IOException {
        for (int length : new int[]{0, 100, 4000, 4096, 8100, 8192, 9000, 100_000}) {
            NewQueueFile file = NewQueueFile.create(directory, QueueName.ACTIVE, false, CLOCK, _ -> false);
            file.beginWithSize();
            file.records().write(RecordType.TEXT, "x".repeat(length)).write(RecordType.END);
            file.patchSize(new MessageSize(length, 7, 1, 0, length, 0));
            byte[] image = file.image();
            new FsyncCommit().commit(file);
            assertThat(Files.readAllBytes(file.path())).isEqualTo(image).hasSizeGreaterThan(length);
            assertThat(new String(image, StandardCharsets.ISO_8859_1)).startsWith("C_").contains(" 7 ");
        }
    }

    @Test
    void warningIsMarkedInPlace() throws IOException {
        Path path = message("one@example.net");
        long length = Files.size(path);
        try (QueueFile file = QueueFile.openForUpdate(path)) {
            file.markWarned(file.envelope().warning());
            assertThat(file.envelope().warning().seconds()).isZero();
        }
        assertThat(Files.size(path)).isEqualTo(length);
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        Path path = message("one@example.net");
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> readAll(path)).isInstanceOf(CorruptQueueFileException.class);
        }
    }

    @Test
    void noDamageLeadsAstray() throws IOException {
        Path path = message("one@example.net", "two@example.net");
        byte[] whole = Files.readAllBytes(path);
        java.util.Random random = new java.util.Random(42);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(Math.min(damaged.length, 500))] = (byte) random.nextInt(256);
            Files.write(path, damaged);
            try {
                readAll(path);
            } catch (CorruptQueueFileException _) {
                // That is the one way it may fail.
            }
        }
    }

    @Test
    void pointersAreFollowedAndCirclesEnd() throws IOException {
        Path path = root.resolve("pointers");
        try (var out = Files.newOutputStream(path)) {
            RecordWriter records = new RecordWriter(out);
            records.write(RecordType.SENDER, "s@example.com");
            records.write(RecordType.POINTER, "%15d".formatted(100));
            long back = records.position();
            records.write(RecordType.POINTER, "%15d".formatted(0));
            records.write(RecordType.RECIPIENT, "late@example.com");
            records.write(RecordType.END);
            records.write(RecordType.PADDING, " ".repeat((int) (98 - records.position())));
            assertThat(records.position()).isEqualTo(100);
            records.write(RecordType.RECIPIENT, "heap@example.com");
            records.write(RecordType.POINTER, "%15d".formatted(back));
            records.flush();
        }
        try (QueueFile file = QueueFile.open(path)) {
            assertThat(file.recipients(0, 10).recipients()).extracting(Recipient::address)
                    .containsExactly("heap@example.com", "late@example.com");
        }
        byte[] circle = Files.readAllBytes(path);
        System.arraycopy("            100".getBytes(StandardCharsets.ISO_8859_1), 0, circle, circle.length - 15, 15);
        Files.write(path, circle);
        try (QueueFile file = QueueFile.open(path)) {
            assertThatThrownBy(() -> file.recipients(0, Integer.MAX_VALUE))
                    .isInstanceOf(CorruptQueueFileException.class).hasMessageContaining("circle");
        }
    }

    @Test
    void abandonedFileIsGone() throws IOException {
        NewQueueFile file = NewQueueFile.create(directory, QueueName.INCOMING, true, CLOCK, _ -> false);
        file.beginWithSize();
        assertThat(Files.exists(file.path())).isTrue();
        file.abandon();
        assertThat(Files.exists(file.path())).isFalse();
    }

    private static void readAll(Path path) throws IOException {
        try (QueueFile file = QueueFile.open(path)) {
            Envelope _ = file.envelope();
            QueueFile.Batch _ = file.recipients(0, 100);
            byte[] _ = file.contentStream().readAllBytes();
        }
    }

    /** A file with this envelope and nothing else. */
    private Path envelope(Consumer<RecordWriter> more) throws IOException {
        NewQueueFile file = NewQueueFile.create(directory, QueueName.ACTIVE, false, CLOCK, _ -> false);
        RecordWriter records = file.records();
        file.beginWithSize();
        records.write(RecordType.TIME, "1795241321 0").write(RecordType.SENDER, "s@example.com");
        more.accept(records);
        records.write(RecordType.MESSAGE);
        long data = records.position();
        records.write(RecordType.EXTRACTED).write(RecordType.END);
        file.patchSize(new MessageSize(0, data, 1, 0, 0, 0));
        new FsyncCommit().commit(file);
        return file.path();
    }

    private static void attribute(RecordWriter records, String name, String value) {
        try {
            records.attribute(name, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anEnvelopeThatFillsTheMemoryIsCorrupt() throws IOException {
        Path path = envelope(records -> {
            for (int i = 0; i < 10_000; i++) {
                attribute(records, "name" + i, "");
            }
        });
        try (QueueFile file = QueueFile.open(path)) {
            assertThatThrownBy(file::envelope).isInstanceOf(CorruptQueueFileException.class)
                    .hasMessage("envelope is too large");
        }
    }

    @Test
    void recipientsDoNotCountAsEnvelope() throws IOException {
        String[] many = new String[20_000];
        Arrays.setAll(many, i -> "user" + i + "@example.net");
        try (QueueFile file = QueueFile.open(message(many))) {
            assertThat(file.envelope().sender()).isEqualTo("sender@example.com");
        }
    }

    @Test
    void timesThatNobodyCanReckonWithAreCorrupt() throws IOException {
        Path path = envelope(records -> attribute(records, "create_time", Long.toString(1L << 42)));
        try (QueueFile file = QueueFile.open(path)) {
            assertThatThrownBy(file::envelope).isInstanceOf(CorruptQueueFileException.class);
        }
        path = envelope(records -> attribute(records, "create_time", Long.toString((1L << 42) - 1)));
        try (QueueFile file = QueueFile.open(path)) {
            assertThat(ChronoUnit.MICROS.between(Instant.EPOCH, file.envelope().created())).isPositive();
        }
    }

    @Test
    void aBatchEndsWhenItsAddressesFillIt() throws IOException {
        String[] many = new String[64];
        Arrays.setAll(many, i -> i + "x".repeat(100_000) + "@example.net");
        int seen = 0;
        try (QueueFile file = QueueFile.open(message(many))) {
            for (long from = 0; from != QueueFile.Batch.NO_MORE;) {
                QueueFile.Batch batch = file.recipients(from, 1000);
                assertThat(batch.recipients()).hasSizeLessThan(20);
                seen += batch.recipients().size();
                from = batch.next();
            }
        }
        assertThat(seen).isEqualTo(many.length);
    }
}
