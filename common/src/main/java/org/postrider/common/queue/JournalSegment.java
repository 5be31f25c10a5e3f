package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal: a header, then batches. It is made once, full of zeros, so that adding a batch changes neither its size
 * nor where it lies on the disk, and one fdatasync(2) is one write to the disk. To empty it a header with a new epoch is written,
 * which says that no batch in it counts.
 *
 * <p>The header stands within one sector: a power failure leaves the old one or the new one. Whoever reads or writes a segment holds
 * its lock. One thread at a time.
 */
final class JournalSegment implements Closeable {
    static final int BLOCK = 4096;
    private static final long MAGIC = 0x506F7374726A3031L;
    private static final int LONGEST_INCARNATION = 128;
    private static final int TEXT_AT = 20;
    private static final int CHECKSUM_AT = TEXT_AT + LONGEST_INCARNATION;
    private static final int HEADER = CHECKSUM_AT + Integer.BYTES;
    private static final int CHUNK = 1 << 18;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel channel;
    private final Closeable lock;
    private final long size;
    private final @Nullable Object fileKey;
    private long epoch;
    private int batches;
    private long next = BLOCK;
    private boolean broken;

    /**
     * What the first block says.
     *
     * @param epoch marks the batches that count
     * @param incarnation of the file system when the segment was emptied
     */
    record Header(long epoch, String incarnation) {}

    private JournalSegment(Path path, FileChannel channel, Closeable lock) throws IOException {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
        this.size = channel.size();
        this.fileKey = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Opens a segment; empty when somebody else has it. */
    static Optional<JournalSegment> open(Path path, Disk disk) throws IOException {
        Optional<Closeable> lock = disk.lock(path);
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return Optional.of(new JournalSegment(path, channel, lock.get()));
        } catch (IOException e) {
            lock.get().close();
            throw e;
        }
    }

    /**
     * Makes an empty segment that is there after a crash, too.
     *
     * @throws IOException when there is no room, among others; nothing is left of it then
     */
    static JournalSegment create(Path path, long size, Disk disk, String incarnation) throws IOException {
        try (FileChannel made = FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                OWNER_ONLY)) {
            try {
                fill(made, size);
                made.force(true);
            } catch (IOException e) {
                Files.deleteIfExists(path);
                throw e;
            }
        }
        syncDirectory(path);
        JournalSegment segment = open(path, disk).orElseThrow(() -> new IOException(path + " is in use"));
        try {
            segment.clear(incarnation);
            return segment;
        } catch (IOException e) {
            segment.close();
            throw e;
        }
    }

    private static void fill(FileChannel file, long size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK, size));
        for (long at = 0; at < size; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
            writeAll(file, zeros, at);
        }
    }

    private static void syncDirectory(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    Path path() {
        return path;
    }

    /** True when a batch was written that a clearing has not taken back. */
    boolean isUsed() {
        return batches > 0;
    }

    /** True when a write or a sync of this file failed: it is never written again. */
    boolean isBroken() {
        return broken;
    }

    /** True when its name still leads to it: else it does not count after a crash. */
    boolean isInPlace() {
        try {
            return Objects.equals(Files.readAttributes(path, BasicFileAttributes.class).fileKey(), fileKey);
        } catch (IOException _) {
            return false;
        }
    }

    /** True when more than half of it is full. */
    boolean isCrowded() {
        return next > size / 2;
    }

    /** True when a batch of these goes in. */
    boolean hasRoom(List<JournalRecord> records) {
        return !broken && next + JournalBatch.padded(JournalBatch.length(records)) <= size;
    }

    /** Adds a batch; when this returns it is on stable storage. */
    void write(List<JournalRecord> records, JournalBatch buffer) throws IOException {
        ByteBuffer batch = buffer.encode(records, epoch, batches);
        int length = batch.remaining();
        broken = true;
        writeAll(channel, batch, next);
        channel.force(false);
        broken = false;
        next += length;
        batches++;
    }

    private static void writeAll(FileChannel file, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += file.write(bytes, position);
        }
    }

    /** Takes all batches back, for good when this returns. */
    void clear(String incarnation) throws IOException {
        epoch = ThreadLocalRandom.current().nextLong();
        writeHeader(new Header(epoch, incarnation));
        batches = 0;
        next = BLOCK;
    }

    private void writeHeader(Header header) throws IOException {
        byte[] text = header.incarnation.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER);
        int length = Math.min(text.length, LONGEST_INCARNATION);
        bytes.putLong(MAGIC).putLong(header.epoch).putInt(length);
        bytes.put(text, 0, length);
        bytes.putInt(CHECKSUM_AT, checksum(bytes));
        broken = true;
        writeAll(channel, bytes.clear(), 0);
        channel.force(false);
        broken = false;
    }

    private static int checksum(ByteBuffer header) {
        CRC32C sum = new CRC32C();
        sum.update(header.slice(0, CHECKSUM_AT));
        return (int) sum.getValue();
    }

    /** What the first block says; empty when it is no header. */
    Optional<Header> header() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER);
        readFully(channel, bytes, 0);
        int length = bytes.getInt(TEXT_AT - Integer.BYTES);
        if (bytes.position() < HEADER || bytes.getLong(0) != MAGIC || bytes.getInt(CHECKSUM_AT) != checksum(bytes)
                || length < 0 || length > LONGEST_INCARNATION) {
            return Optional.empty();
        }
        String incarnation = new String(bytes.array(), TEXT_AT, length, StandardCharsets.ISO_8859_1);
        return Optional.of(new Header(bytes.getLong(8), incarnation));
    }

    /** True when the first block was never written. */
    boolean isBlank() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER);
        readFully(channel, bytes, 0);
        for (int i = 0; i < bytes.position(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads the batches that count. */
    JournalReader reader(Header header) {
        return new JournalReader(channel, size, header.epoch);
    }

    /** Takes an empty segment for writing; false when it is not empty. */
    boolean takeEmpty(String incarnation) throws IOException {
        Optional<Header> header = header();
        if (header.isEmpty() || !reader(header.get()).next().isEmpty()) {
            return false;
        }
        epoch = header.get().epoch;
        if (!header.get().incarnation.equals(incarnation)) {
            clear(incarnation);
        }
        return true;
    }

    /** Removes the file, for good when this returns. */
    void remove() throws IOException {
        close();
        Files.deleteIfExists(path);
        syncDirectory(path);
    }

    static void readFully(FileChannel file, ByteBuffer into, long at) throws IOException {
        int n = 0;
        while (into.hasRemaining() && n >= 0) {
            n = file.read(into, at + into.position());
        }
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            channel.close();
        }
    }
}
