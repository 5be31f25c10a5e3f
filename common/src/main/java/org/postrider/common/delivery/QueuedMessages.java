package org.postrider.common.delivery;

import java.io.IOException;
import java.nio.file.Path;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.ContentReader;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

/**
 * Opens the files of messages in the queue. A file is opened once for a request; its content is read through the same descriptor.
 * While it is open it is locked, shared with other deliveries of the same message: a qmgr that is started anew sees so that the
 * message which an earlier one handed out is still being delivered, and leaves it alone.
 */
public record QueuedMessages(QueueDirectory directory) implements MessageFiles {
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
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private record Queued(QueueFile file, FileLocks.Held lock) implements MessageFile {
        @Override
        public MessageContent content() throws IOException {
            return new Content(file.content());
        }

        @Override
        public synchronized void markDone(long offset) throws IOException {
            file.markDone(offset);
        }

        @Override
        public boolean isDone(long offset) throws IOException {
            return file.isDone(offset);
        }

        @Override
        public void close() throws IOException {
            try (lock) {
                file.close();
            }
        }
    }

    private record Content(ContentReader reader) implements MessageContent {
        @Override
        public boolean next() throws IOException {
            return reader.next();
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
