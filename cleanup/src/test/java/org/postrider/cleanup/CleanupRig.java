package org.postrider.cleanup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** cleanup in a queue directory of the test's own, with a stand-in for trivial-rewrite; messages in and out as text. */
final class CleanupRig implements AutoCloseable {
    static final Instant TIME = Instant.parse("2026-11-21T06:20:26.970538Z");

    /** What comes before the recipients of a message from here. */
    static final String ENVELOPE = """
            T1795242026 970538
            Alog_message_origin=localhost[127.0.0.1]
            Arewrite_context=local
            SSender@example.com
            """;

    final DaemonHarness harness;
    final Path directory;
    final List<Attributes> bounced = new CopyOnWriteArrayList<>();
    String queueId = "";

    CleanupRig(Path directory) {
        this.directory = directory;
        this.harness = new DaemonHarness(directory, InstantSource.fixed(TIME));
        harness.set("mydestination", "mail.example.com").set("compatibility_level", "3.6");
        harness.fake("private/rewrite", CleanupRig::rewrite);
        harness.fake("private/bounce", this::bounce);
    }

    CleanupRig set(String name, String value) {
        harness.set(name, value);
        return this;
    }

    /** A lookup table with this text. */
    CleanupRig table(String parameter, String type, String text) throws IOException {
        Path file = directory.resolve(parameter);
        Files.writeString(file, text);
        return set(parameter, type + ":" + file);
    }

    CleanupRig start() {
        harness.start(new Cleanup(), "cleanup", "public/cleanup");
        return this;
    }

    /** On a disk that refuses a sync of every queue file. */
    CleanupRig startOnBadDisk() {
        harness.start(new Cleanup((_, _) -> _ -> {
            throw new IOException("Input/output error");
        }), "cleanup", "public/cleanup");
        return this;
    }

    private static void rewrite(Connection connection) throws IOException {
        Optional<Attributes> request = Attributes.readIfAny(connection.in());
        while (request.isPresent()) {
            RewriteRequest asked = RewriteRequest.fromAttributes(request.get());
            boolean full = asked.address().indexOf('@') >= 0;
            RewriteRequest.answer(full ? asked.address() : asked.address() + "@mail.example.com")
                    .write(connection.out());
            connection.out().flush();
            request = Attributes.readIfAny(connection.in());
        }
    }

    private void bounce(Connection connection) throws IOException {
        Optional<Attributes> request = Attributes.readIfAny(connection.in());
        while (request.isPresent()) {
            bounced.add(request.get());
            new Attributes().put("status", 0).write(connection.out());
            connection.out().flush();
            request = Attributes.readIfAny(connection.in());
        }
    }

    /** Sends records, one per line, a type's letter and its text; {@code M}, {@code X} and {@code E} stand alone. */
    CleanupStatus send(int flags, String records) throws IOException {
        CleanupClient client = new CleanupClient(harness.client("public/cleanup"));
        try (CleanupClient.Message message = client.begin(flags)) {
            queueId = message.queueId();
            RecordWriter writer = new RecordWriter(message.records());
            for (String line : records.split("\n", -1)) {
                if (!line.isEmpty()) {
                    RecordType type = RecordType.of(line.charAt(0));
                    if (type == null) {
                        throw new IllegalArgumentException(line);
                    }
                    writer.write(type, line.substring(1).replace("\\n", "\n").replace("\\r", "\r"));
                }
            }
            writer.flush();
            return message.finish();
        }
    }

    /** What cleanup answers to a message with these records of content. */
    CleanupStatus refusal(String content) throws IOException {
        return send(CleanupClient.EXTERNAL, ENVELOPE + "Rjoe@example.net\nM\n" + content + "\nX\nE\n");
    }

    /**
     * The records of the only file in this queue, in the same form. The queue id is shown as ID; of the size record the
     * recipient count is shown, after the offsets were found right.
     */
    String stored(String queue) throws IOException {
        StringBuilder text = new StringBuilder();
        MessageSize size = MessageSize.UNKNOWN;
        RecordWriter measure = new RecordWriter(OutputStream.nullOutputStream());
        try (InputStream in = Files.newInputStream(only(queue))) {
            RecordReader reader = new RecordReader(in);
            while (reader.next()) {
                String payload = reader.text().replace(queueId, "ID");
                if (reader.type() == RecordType.SIZE) {
                    size = MessageSize.parse(payload);
                    payload = Integer.toString(size.recipientCount());
                } else if (reader.type() == RecordType.EXTRACTED && size.extractedOffset() != measure.position()) {
                    throw new IllegalStateException(size + " but content ends at " + measure.position());
                }
                measure.write(reader.type(), reader.buffer(), 0, reader.length());
                if (reader.type() == RecordType.MESSAGE && size.dataOffset() != measure.position()) {
                    throw new IllegalStateException(size + " but content begins at " + measure.position());
                }
                text.append((char) reader.type().letter()).append(payload).append('\n');
            }
        }
        return text.toString();
    }

    /** The send options in the size record of the only file in this queue. */
    int sendOptions(String queue) throws IOException {
        try (InputStream in = Files.newInputStream(only(queue))) {
            RecordReader reader = new RecordReader(in);
            if (!reader.next() || reader.type() != RecordType.SIZE) {
                throw new IllegalStateException("no size record");
            }
            return MessageSize.parse(reader.text()).sendOptions();
        }
    }

    Path only(String queue) throws IOException {
        List<Path> files = files(queue);
        if (files.size() != 1) {
            throw new IllegalStateException(files.toString());
        }
        return files.getFirst();
    }

    List<Path> files(String queue) throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve(queue))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() {
        harness.close();
    }
}
