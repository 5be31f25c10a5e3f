package org.postrider.common.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.ContentReader;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the files of messages in the queue. A file is opened once for a request; its content is read through the same descriptor.
 * While it is open it is locked, shared with other deliveries of the same message: a qmgr that is started anew sees so that the
 * message which an earlier one handed out is still being delivered, and leaves it alone.
 */
public record QueuedMessages(QueueDirectory directory) implements MessageFiles {
    private static final Logger LOG = LoggerFactory.getLogger(QueuedMessages.class);

    @Override
    public MessageFile open(DeliveryRequest request) throws IOException {
        QueueName queue = QueueName.of(request.queueName())
                .orElseThrow(() -> new IOException("unknown queue " + request.queueName()));
        QueueId id = QueueId.parse(request.queueId())
                .orElseThrow(() -> new IOException("bad queue id " + request.queueId()));
        Path path = directory.path(queue, id);
        FileLocks.Held lock = FileLocks.tryShared(path)
                .orElseThrow(() -> new IOException("shared lock " + path + ": somebody has it for himself"));
        try {
            return new Queued(QueueFile.openForUpdate(path), lock);
        } catch (CorruptQueueFileException e) {
            lock.close();
            mark(path, e);
            throw e;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Tells qmgr by the file's mode, as Postfix's agents do. */
    private static void mark(Path path, CorruptQueueFileException found) throws IOException {
        LOG.warn("{}", found.getMessage());
        LOG.warn("corrupted queue file: active/{}", path.getFileName());
        Files.setPosixFilePermissions(path, QueueFile.CORRUPT_MODE);
    }

    private static final class Queued implements MessageFile {
        private final QueueFile file;
        private final FileLocks.Held lock;
        /** Found by a thread that may have a recipient's rights; the mode is changed by the one that closes. */
        private volatile @Nullable CorruptQueueFileException found;

        Queued(QueueFile file, FileLocks.Held lock) {
            this.file = file;
            this.lock = lock;
        }

        @Override
        public MessageContent content() throws IOException {
            try {
                return new Content(file.content(), this);
            } catch (CorruptQueueFileException e) {
                found = e;
                throw e;
            }
        }

        @Override
        public synchronized void markDone(long offset) throws IOException {
            try {
                file.markDone(offset);
            } catch (CorruptQueueFileException e) {
                found = e;
                throw e;
            }
        }

        @Override
        public boolean isDone(long offset) throws IOException {
            return file.isDone(offset);
        }

        @Override
        public boolean isCorrupt() {
            return found != null;
        }

        @Override
        public void close() throws IOException {
            CorruptQueueFileException corruption = found;
            try (lock; file) {
                if (corruption != null) {
                    mark(file.path(), corruption);
                }
            }
        }
    }

    private record Content(ContentReader reader, Queued message) implements MessageContent {
        @Override
        public boolean next() throws IOException {
            try {
                return reader.next();
            } catch (CorruptQueueFileException e) {
                message.found = e;
                throw e;
            }
        }

        @Override
        public byte[] bytes() {
            return reader.buffer();
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return reader.length();
        }

        @Override
        public boolean endsLine() {
            return reader.endsLine();
        }

        @Override
        public void close() {
            // The file belongs to the request.
        }
    }
}
