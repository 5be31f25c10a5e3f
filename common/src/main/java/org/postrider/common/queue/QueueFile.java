package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postrider.common.mail.Recipient;

/**
 * A message in the queue. Reads envelope, recipients and content, none of them whole in memory, and does the two in-place changes
 * that are allowed: a recipient is done, the delay warning was sent. Each is one write(2) inside one record, valid before and
 * after; a crash loses the change, not the message, and the recipient may get it twice.
 *
 * <p>One thread at a time, which blocks on the disk. What can't be a message gives {@link CorruptQueueFileException}.
 */
public final class QueueFile implements Closeable {
    /** The mode of a file that an agent could not read as a message; qmgr sets it aside. */
    public static final Set<PosixFilePermission> CORRUPT_MODE = Set.of(PosixFilePermission.OWNER_READ);

    /** As many bytes of recipient records as one batch holds in memory, more or less one recipient. */
    static final int BATCH_BYTES = 1 << 20;

    private final FileChannel channel;
    private final Path path;
    private final FileBeginning beginning;
    private final MessageSize size;

    private QueueFile(FileChannel channel, Path path) throws IOException {
        this.channel = channel;
        this.path = path;
        long fileSize = channel.size();
        this.beginning = FileBeginning.of(channel, fileSize);
        this.size = readSize(fileSize);
    }

    /** Opens a file to read. */
    public static QueueFile open(Path path) throws IOException {
        return opened(FileChannel.open(path, StandardOpenOption.READ), path);
    }

    /** Opens a file to read and mark. */
    public static QueueFile openForUpdate(Path path) throws IOException {
        return opened(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE), path);
    }

    private static QueueFile opened(FileChannel channel, Path path) throws IOException {
        try {
            return new QueueFile(channel, path);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private MessageSize readSize(long fileSize) throws IOException {
        QueueFileRecords records = records(true);
        if (!records.next()) {
            throw new CorruptQueueFileException("empty file");
        }
        MessageSize found = records.type() == RecordType.SIZE
                ? MessageSize.parse(records.text())
                : MessageSize.UNKNOWN;
        if (found.extractedOffset() > fileSize) {
            throw new CorruptQueueFileException("file is shorter than its size record says");
        }
        return found;
    }

    public Path path() {
        return path;
    }

    /** Sizes and offsets; {@link MessageSize#UNKNOWN} in a file from maildrop. */
    public MessageSize size() {
        return size;
    }

    /** Bytes in the file. */
    public long fileSize() throws IOException {
        return channel.size();
    }

    /** All records from the start. */
    public QueueFileRecords records(boolean raw) {
        return new QueueFileRecords(channel, beginning, raw);
    }

    /** Reads the whole envelope, before and after the content, up to the END record, which proves that the file is whole. */
    public Envelope envelope() throws IOException {
        return new EnvelopeReader(records(false), size).read();
    }

    /**
     * Recipients still to be served.
     *
     * @param recipients at most as many as asked for
     * @param next where to go on; {@link #NO_MORE} when the end was reached
     */
    public record Batch(List<Recipient> recipients, long next) {
        public static final long NO_MORE = -1;

        public boolean isLast() {
            return next == NO_MORE;
        }
    }

    /**
     * Reads the next recipients that are not done: as many as are wanted, or as {@link #BATCH_BYTES} of addresses are, but at
     * least one.
     *
     * @param from 0 at first, then {@link Batch#next()}
     * @param most how many at most
     */
    public Batch recipients(long from, int most) throws IOException {
        QueueFileRecords records = records(false);
        records.seek(from);
        List<Recipient> found = new ArrayList<>(Math.min(most, 64));
        RecipientCollector collector = new RecipientCollector();
        int bytes = 0;
        while (found.size() < most && bytes < BATCH_BYTES) {
            if (!records.next()) {
                throw new CorruptQueueFileException("missing end record");
            }
            bytes += found.isEmpty() ? 0 : records.length();
            switch (records.type()) {
                case END -> {
                    return new Batch(found, Batch.NO_MORE);
                }
                case MESSAGE -> {
                    if (size.isKnown()) {
                        records.seek(size.extractedOffset());
                    }
                }
                case TEXT, PART -> {
                    // Content of a file whose size record is not filled in, or the content filter.
                }
                case RECIPIENT -> found.add(collector.recipient(records.offset(), records.text()));
                case DONE, CANCELED_RECIPIENT -> collector.reset();
                case ORIGINAL_RECIPIENT -> collector.original(records.text());
                case ATTRIBUTE, DSN_ORIGINAL_RECIPIENT, DSN_NOTIFY ->
                    collector.attribute(records.type(), records.text());
                default -> {
                    // The envelope's business.
                }
            }
        }
        return new Batch(found, records.nextOffset());
    }

    /** The lines of the content. */
    public ContentReader content() throws IOException {
        QueueFileRecords records = records(false);
        if (size.isKnown()) {
            records.seek(size.dataOffset());
        } else {
            skipToContent(records);
        }
        return new ContentReader(records);
    }

    private static void skipToContent(QueueFileRecords records) throws IOException {
        while (records.next()) {
            if (records.type() == RecordType.MESSAGE) {
                return;
            }
        }
        throw new CorruptQueueFileException("file has no content");
    }

    /** The content as bytes, every line ended by LF. */
    public InputStream contentStream() throws IOException {
        return new ContentStream(content());
    }

    /**
     * Says that this recipient needs no more work: its letter R becomes D, one byte in one write.
     *
     * @throws CorruptQueueFileException when no recipient record stands there; nothing is written then
     */
    public void markDone(long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int n = channel.read(one, offset);
        byte letter = n == 1 ? one.get(0) : 0;
        if (letter == RecordType.DONE.letter()) {
            return;
        }
        if (letter != RecordType.RECIPIENT.letter()) {
            throw new CorruptQueueFileException("no recipient record at offset " + offset);
        }
        write(new byte[]{RecordType.DONE.letter()}, offset);
    }

    /** True when the recipient record at this offset was marked done. */
    public boolean isDone(long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        return channel.read(one, offset) == 1 && one.get(0) == RecordType.DONE.letter();
    }

    /** Says that the delay warning was sent. */
    public void markWarned(Envelope.Warning warning) throws IOException {
        if (warning.offset() < 0) {
            return;
        }
        ByteBuffer head = ByteBuffer.allocate(2);
        int n = channel.read(head, warning.offset());
        if (n != 2 || head.get(0) != RecordType.WARN_TIME.letter() || head.get(1) != 15) {
            throw new CorruptQueueFileException("no warning record at offset " + warning.offset());
        }
        write("              0".getBytes(StandardCharsets.ISO_8859_1), warning.offset() + 2);
    }

    private void write(byte[] bytes, long offset) throws IOException {
        if (channel.write(ByteBuffer.wrap(bytes), offset) != bytes.length) {
            throw new IOException("short write to " + path);
        }
        beginning.overwrite(bytes, offset);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
