package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.slf4j.LoggerFactory;

class QueuedMessagesTest {
    private static final String ID = "ABCDE12345";

    @TempDir
    Path folder;

    private QueueDirectory queue;
    private Path file;
    private long offset;
    private DeliveryRequest request;

    @BeforeEach
    void queueOneMessage() throws IOException {
        queue = new QueueDirectory(folder, Set.of(), 0);
        queue.create(QueueName.ACTIVE);
        file = folder.resolve("active").resolve(ID);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RecordWriter records = new RecordWriter(bytes);
        records.write(RecordType.SIZE, size(0, 0));
        records.write(RecordType.SENDER, "sender@example.com");
        offset = records.position();
        records.write(RecordType.RECIPIENT, "joe@example.org").write(RecordType.MESSAGE);
        long data = records.position();
        records.write(RecordType.TEXT, "Subject: x").write(RecordType.TEXT, "").write(RecordType.PART, "a long ")
                .write(RecordType.TEXT, "line");
        long extracted = records.position();
        records.write(RecordType.EXTRACTED).write(RecordType.END).flush();
        byte[] all = bytes.toByteArray();
        byte[] filled = size(extracted - data, data).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(filled, 0, all, 2, filled.length);
        Files.write(file, all);
        request = new DeliveryRequest(DeliveryRequest.MARK_DONE, "active", ID, data, extracted - data, "local", "x", "",
                0, "sender@example.com", "", 0, new DeliveryRequest.Times(0, 0, 0, 0), Map.of(),
                List.of(new Recipient(offset, "joe@example.org", "", "", 0)));
    }

    private static String size(long length, long data) {
        return String.format(Locale.ROOT, "%15d %15d %15d %15d %15d %15d", length, data, 1, 0, length, 0);
    }

    @Test
    void contentIsReadAsOftenAsWantedAndTheRecipientMarked() throws IOException {
        try (MessageFile message = new QueuedMessages(queue).open(request)) {
            for (int i = 0; i < 2; i++) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                new MessageCopy(MessageCopy.Format.MAILDIR).write(
                        new MessageCopy.Headers("", "", false, "", ""), Instant.EPOCH, message.content(), out);
                assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("Subject: x\n\na long line\n");
            }
            message.markDone(offset);
        }
        try (QueueFile after = QueueFile.open(file)) {
            assertThat(after.recipients(0, 10).recipients()).isEmpty();
        }
    }

    @Test
    void theFileIsLockedWhileItIsDelivered() throws IOException {
        try (MessageFile message = new QueuedMessages(queue).open(request);
                MessageFile beside = new QueuedMessages(queue).open(request)) {
            assertThat(message).isNotSameAs(beside);
            assertThat(FileLocks.tryExclusive(file)).isEmpty();
        }
        try (FileLocks.Held held = FileLocks.tryExclusive(file).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> new QueuedMessages(queue).open(request)).hasMessageContaining("shared lock");
        }
    }

    private void spoil(String before, int letter) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(before);
        bytes[at - 2] = (byte) letter;
        Files.write(file, bytes);
    }

    @Test
    void corruptContentIsMarkedAndNobodyIsToldOfIt() throws IOException {
        spoil("a long ", 'R');
        List<String> kept = new ArrayList<>();
        AgentParts parts = new AgentParts(new QueuedMessages(queue), (log, entry) -> kept.add(log + " " + entry),
                InstantSource.system(), DelayFormats.DEFAULT, false, LoggerFactory.getLogger("test"));
        DeliveryReport report = new DeliveryAgent(parts, delivery -> {
            MessageContent content = delivery.content();
            while (content.next()) {
                assertThat(content.length()).isLessThan(100);
            }
        }).serve(request);
        assertThat(report).isEqualTo(DeliveryReport.SOME_REMAIN);
        assertThat(kept).isEmpty();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(QueueFile.CORRUPT_MODE);
    }

    @Test
    void aRecipientThatCannotBeMarkedMakesTheFileCorrupt() throws IOException {
        try (MessageFile message = new QueuedMessages(queue).open(request)) {
            assertThatThrownBy(() -> message.markDone(offset + 1)).hasMessageContaining("no recipient record");
        }
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(QueueFile.CORRUPT_MODE);
    }

    @Test
    void aFileThatCannotBeOpenedAsAMessageIsMarked() throws IOException {
        Files.write(file, new byte[]{'C', 2, 'x', 'y'});
        assertThatThrownBy(() -> new QueuedMessages(queue).open(request)).hasMessageContaining("size record");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(QueueFile.CORRUPT_MODE);
    }
}
