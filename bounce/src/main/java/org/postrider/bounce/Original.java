package org.postrider.bounce;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.queue.ContentReader;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.QueueFile;

/** The message that a letter is about, as far as its queue file can be read: a letter is sent also when it can't. */
final class Original implements Closeable {
    private final @Nullable QueueFile file;
    private final @Nullable Envelope envelope;

    private Original(@Nullable QueueFile file, @Nullable Envelope envelope) {
        this.file = file;
        this.envelope = envelope;
    }

    /** A message that is not there. */
    static Original missing() {
        return new Original(null, null);
    }

    static Original open(Path path) throws IOException {
        QueueFile file = QueueFile.open(path);
        try {
            return new Original(file, file.envelope());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** When it came. */
    Optional<Instant> arrived() {
        return Optional.ofNullable(envelope).map(Envelope::arrived);
    }

    /** What its lifetime counts from. */
    Optional<Instant> created() {
        return Optional.ofNullable(envelope).map(Envelope::created);
    }

    /** Its Message-ID, with angle brackets; empty when unknown. */
    String messageId() {
        return envelope == null ? "" : envelope.attribute("message_id");
    }

    /** Bytes of its content, 0 when unknown. */
    long size() {
        return file == null ? 0 : file.size().contentSize();
    }

    /** The content from its start; empty when it can't be read. */
    Optional<ContentReader> content() throws IOException {
        return file == null ? Optional.empty() : Optional.of(file.content());
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
