package org.postrider.common.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings queue and journal together while no other process of the mail system runs: before the first is started, and after the last
 * has ended.
 *
 * <p>Finds segments that processes left. Each message in them is looked for in the queue. One that is there is written again in place,
 * with the marks of recipients that are done: it may be cut short, or what is seen of it may not be on the disk. One that is missing
 * is written again where it was committed if the machine has crashed; if only processes have died, it was removed. The act is one sync
 * of the file system, after which the segments are emptied. A crash before or between only makes the next run do it once more.
 *
 * <p>One thread, with the rights of mail_owner.
 */
public final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);
    private static final int PROGRESS = 10_000;
    private static final QueueName[] PLACES = {QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED, QueueName.HOLD,
            QueueName.CORRUPT, QueueName.MAILDROP};
    private static final Set<PosixFilePermission> READY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> BEGUN = PosixFilePermissions.fromString("rw-------");

    private final QueueDirectory queue;
    private final Disk disk;
    private final JournalFiles files;

    /**
     * What a run did.
     *
     * @param messages in the journal that were held against the queue
     * @param restored of these, missing ones that were written again
     * @param mended of these, damaged ones
     */
    public record Result(int messages, int restored, int mended) {}

    // Only within run().
    private int messages;
    private int restored;
    private int mended;
    private final Set<String> misnamed = new HashSet<>();

    public JournalRecovery(QueueDirectory queue, Disk disk) {
        this.queue = queue;
        this.disk = disk;
        this.files = new JournalFiles(queue.root().resolve(Journal.DIRECTORY), disk, 0);
    }

    /** A segment that has something to say. */
    private record Left(JournalSegment segment, JournalSegment.Header header) {}

    /**
     * Does it, and leaves an empty journal.
     *
     * @throws IOException when a message could not be brought back, or the file system could not be synced: the journal is kept
     */
    public Result run() throws IOException {
        Set<String> before = RestoredNames.of(files.directory()).ids();
        for (String id : before) {
            if (queue.find(new QueueId(id), PLACES).isPresent()) {
                misnamed.add(id);
            }
        }
        Result result = recover();
        if (result.messages() == 0 && !misnamed.equals(before)) {
            RestoredNames.write(files.directory(), misnamed);
        }
        return result;
    }

    private Result recover() throws IOException {
        List<Path> paths = files.all();
        if (paths.isEmpty()) {
            return new Result(0, 0, 0);
        }
        List<Left> left = new ArrayList<>();
        try (Disk.Mounted mounted = disk.mounted(files.directory())) {
            for (Path path : paths) {
                open(path).ifPresent(left::add);
            }
            recover(left, mounted);
        } finally {
            for (Left one : left) {
                one.segment.close();
            }
        }
        return new Result(messages, restored, mended);
    }

    private Optional<Left> open(Path path) throws IOException {
        Optional<JournalSegment> segment = files.open(path);
        if (segment.isEmpty()) {
            LOG.warn("journal: {} is in use by another process", path);
            return Optional.empty();
        }
        Optional<JournalSegment.Header> header = segment.get().header();
        if (header.isPresent()) {
            return Optional.of(new Left(segment.get(), header.get()));
        }
        setAside(segment.get());
        return Optional.empty();
    }

    /** A segment whose making was cut short holds nothing; one that is damaged is for the administrator to look at. */
    private static void setAside(JournalSegment segment) throws IOException {
        if (segment.isBlank()) {
            segment.remove();
            return;
        }
        Path aside = segment.path().resolveSibling(segment.path().getFileName() + ".damaged");
        LOG.error(
                "journal: {} is damaged and was set aside as {}: messages of the last second before the crash may be missing",
                segment.path(), aside);
        Files.move(segment.path(), aside);
        segment.close();
    }

    private void recover(List<Left> left, Disk.Mounted mounted) throws IOException {
        String incarnation = mounted.incarnation();
        try {
            writeAndSync(left, incarnation, mounted);
        } catch (SyncException e) {
            // A write may have failed long ago. What was written since is not known to be on the disk: once more.
            LOG.warn("journal: sync of the queue's file system failed: {}: writing the journal's messages again",
                    e.getMessage());
            writeAndSync(left, incarnation, mounted);
        }
        for (Left one : left) {
            one.segment.clear(incarnation);
        }
        files.forgetFailure();
    }

    private void writeAndSync(List<Left> left, String incarnation, Disk.Mounted mounted) throws IOException {
        Map<String, Long> latest = new HashMap<>();
        for (Left one : left) {
            collect(one, latest);
        }
        if (latest.isEmpty()) {
            return;
        }
        LOG.info("journal: the mail system did not stop cleanly: looking for {} messages", latest.size());
        for (Left one : left) {
            restore(one, latest, !one.header.incarnation().equals(incarnation));
        }
        LOG.info("journal: {} messages looked for, {} written again, {} mended", messages, restored, mended);
        RestoredNames.write(files.directory(), misnamed);
        sync(mounted);
    }

    private static void sync(Disk.Mounted mounted) throws SyncException {
        try {
            mounted.sync();
        } catch (IOException e) {
            throw new SyncException(e);
        }
    }

    private static final class SyncException extends IOException {
        private static final long serialVersionUID = 1L;

        SyncException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** When an id comes twice, the earlier message was gone when the later came. */
    private static void collect(Left from, Map<String, Long> latest) throws IOException {
        JournalReader reader = from.segment.reader(from.header);
        for (List<JournalRecord> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
            for (JournalRecord record : batch) {
                latest.merge(record.id().text(), record.time(), (one, two) -> two - one > 0 ? two : one);
            }
        }
        if (reader.missing() > 0) {
            LOG.error("journal: {}: {} damaged batches of messages were passed over", from.segment.path(),
                    reader.missing());
        }
    }

    private void restore(Left from, Map<String, Long> latest, boolean crashed) throws IOException {
        JournalReader reader = from.segment.reader(from.header);
        for (List<JournalRecord> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
            for (JournalRecord record : batch) {
                if (latest.getOrDefault(record.id().text(), record.time()) == record.time()) {
                    restore(record, crashed);
                }
            }
        }
    }

    private void restore(JournalRecord record, boolean crashed) throws IOException {
        Optional<Path> found = queue.find(record.id(), PLACES);
        if (found.isPresent()) {
            mend(found.get(), record, crashed);
            note(record.id(), found.get());
        } else if (crashed) {
            Path path = queue.path(record.queue(), record.id());
            queue.makeParent(path);
            try (FileChannel file = FileChannel.open(path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(BEGUN))) {
                write(file, record.image());
            }
            Files.setPosixFilePermissions(path, READY);
            restored++;
            note(record.id(), path);
        }
        messages++;
        if (messages % PROGRESS == 0) {
            LOG.info("journal: {} messages looked for so far, {} written again, {} mended", messages, restored, mended);
        }
    }

    private void note(QueueId id, Path path) throws IOException {
        if (((Number) Files.getAttribute(path, "unix:ino")).longValue() != id.inode()) {
            misnamed.add(id.text());
        }
    }

    private void mend(Path path, JournalRecord record, boolean crashed) throws IOException {
        byte[] file = Files.readAllBytes(path);
        byte[] marked = new JournalImage(record.image()).withMarksOf(file);
        JournalImage.Found found = JournalImage.compare(file, marked);
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        boolean ready = mode.contains(PosixFilePermission.OWNER_EXECUTE) || mode.equals(QueueFile.CORRUPT_MODE);
        boolean another = found == JournalImage.Found.OTHER && isMessage(path);
        boolean unfinished = !crashed && !ready;
        if (another || unfinished) {
            LOG.warn("journal: {}: another message has this name now: left alone", record.id());
            return;
        }
        if (!mode.contains(PosixFilePermission.OWNER_WRITE) || !ready) {
            Files.setPosixFilePermissions(path, READY);
        }
        FileTime nextAttempt = Files.getLastModifiedTime(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            write(channel, marked);
            channel.truncate(marked.length);
        }
        Files.setLastModifiedTime(path, nextAttempt);
        if (mode.equals(QueueFile.CORRUPT_MODE)) {
            Files.setPosixFilePermissions(path, mode);
        }
        mended += found == JournalImage.Found.WHOLE && ready ? 0 : 1;
    }

    private static boolean isMessage(Path path) {
        try (QueueFile file = QueueFile.open(path)) {
            QueueFileRecords records = file.records(true);
            while (records.next()) {
                if (records.type() == RecordType.END) {
                    return file.size().isKnown();
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    private static void write(FileChannel file, byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            int n = file.write(source, source.position());
            assert n >= 0;
        }
    }
}
