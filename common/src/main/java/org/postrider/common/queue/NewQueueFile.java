package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A message on its way into the queue. States: a temporary name {@code microseconds.pid} in the queue's top directory (only
 * within {@link #create}); the final name with mode 0600, which nobody else opens; after {@link QueueCommit#commit} mode 0700,
 * which is the message. A crash before the last state leaves a file that qmgr passes over and that a cleanup of the queue removes
 * when it is old.
 *
 * <p>One thread at a time. Closing without commit leaves the file: call {@link #abandon()} on failure.
 */
public final class NewQueueFile implements Closeable {
    private static final Set<PosixFilePermission> READY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> BEGUN = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<StandardOpenOption> OPTIONS = Set.of(StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final int MOST_ATTEMPTS = 1000;

    private final QueueDirectory directory;
    private final QueueId id;
    private final Instant created;
    private final FileChannel channel;
    private final RecordWriter records;
    private QueueName queue;

    private NewQueueFile(QueueDirectory directory, QueueName queue, QueueId id, Instant created, FileChannel channel) {
        this.directory = directory;
        this.queue = queue;
        this.id = id;
        this.created = created;
        this.channel = channel;
        this.records = new RecordWriter(new ChannelOutput(channel));
    }

    /**
     * Makes an empty file in this queue.
     *
     * @param longIds enable_long_queue_ids
     * @param taken ids that are not given, {@link QueueCommit#isTaken}
     */
    public static NewQueueFile create(QueueDirectory directory, QueueName queue, boolean longIds, InstantSource clock,
            Predicate<QueueId> taken) throws IOException {
        long pid = ProcessHandle.current().pid();
        Path top = directory.top(queue);
        Instant time = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Path temporary = top.resolve(time.get(ChronoField.MICRO_OF_SECOND) + "." + pid);
            try {
                FileChannel channel = FileChannel.open(temporary, OPTIONS, BEGUN);
                return named(directory, queue, longIds, time, temporary, channel, taken);
            } catch (FileAlreadyExistsException _) {
                // Another conversation of this process came within the same microsecond.
                time = time.plus(1, ChronoUnit.MICROS);
            } catch (NoSuchFileException e) {
                if (Files.isDirectory(top)) {
                    throw e;
                }
                directory.create(queue);
            }
        }
        throw new IOException("can't create a file in " + top);
    }

    private static NewQueueFile named(QueueDirectory directory, QueueName queue, boolean longIds, Instant time,
            Path temporary, FileChannel channel, Predicate<QueueId> taken) throws IOException {
        try {
            long inode = ((Number) Files.getAttribute(temporary, "unix:ino")).longValue();
            Instant created = time;
            QueueId id = QueueId.of(created, inode, longIds);
            while (taken.test(id)) {
                created = created.plus(1, ChronoUnit.MICROS);
                id = QueueId.of(created, inode, longIds);
            }
            directory.move(temporary, id, queue);
            return new NewQueueFile(directory, queue, id, created, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    public QueueId id() {
        return id;
    }

    /** The time in the id. */
    public Instant created() {
        return created;
    }

    /** The queue the file is in now. */
    public QueueName queue() {
        return queue;
    }

    public Path path() {
        return directory.path(queue, id);
    }

    /** Appends records; {@link RecordWriter#position()} is the file offset. */
    public RecordWriter records() {
        return records;
    }

    /** Writes the first record with zeros, to be filled by {@link #patchSize}. */
    public void beginWithSize() throws IOException {
        records.write(RecordType.SIZE, MessageSize.UNKNOWN.format());
    }

    /** Fills the first record. */
    public void patchSize(MessageSize size) throws IOException {
        patch(2, size.format().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Overwrites bytes inside the file: in memory while they are there, or else all that was appended so far is written first. */
    public void patch(long offset, byte[] bytes) throws IOException {
        if (records.overwrite(offset, bytes)) {
            return;
        }
        records.flush();
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            int n = channel.write(source, offset + source.position());
            assert n >= 0;
        }
    }

    /** Moves the unfinished file, as to hold. */
    public void moveTo(QueueName other) throws IOException {
        directory.move(id, queue, other);
        queue = other;
    }

    /** Sets the mode that says the message is complete. Only {@link QueueCommit} calls this. */
    void markReady() throws IOException {
        records.flush();
        Files.setPosixFilePermissions(path(), READY);
    }

    /** Bytes in the file and on their way to it. */
    long size() {
        return records.position();
    }

    /** The whole file as every process will see it; small files only. */
    byte[] image() throws IOException {
        Optional<byte[]> unwritten = records.whole();
        if (unwritten.isPresent()) {
            return unwritten.get();
        }
        records.flush();
        ByteBuffer bytes = ByteBuffer.allocate((int) size());
        JournalSegment.readFully(channel, bytes, 0);
        if (bytes.hasRemaining()) {
            throw new IOException("queue file is shorter than what was written");
        }
        return bytes.array();
    }

    /** Waits until data and attributes are on stable storage. */
    void force() throws IOException {
        channel.force(true);
    }

    /** Removes the file: the message was not accepted. */
    public void abandon() throws IOException {
        channel.close();
        Files.deleteIfExists(path());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Appends to the channel. */
    private static final class ChannelOutput extends OutputStream {
        private final FileChannel channel;

        ChannelOutput(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
            while (source.hasRemaining()) {
                int n = channel.write(source);
                assert n >= 0;
            }
        }
    }
}
