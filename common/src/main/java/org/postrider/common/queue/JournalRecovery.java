package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings queue and journal together while no other process of the mail system runs: before the first is started, and after the last
 * has ended.
 *
 * <p>Finds segments that processes left. Each message in them is looked for in the queue and made what it was, see {@link
 * RestoredMessages}. The act is one sync of the file system, after which the segments are emptied. A crash before or between only makes
 * the next run do it once more.
 *
 * <p>One thread, with the rights of mail_owner.
 */
public final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

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
    private Result result = new Result(0, 0, 0);
    private Set<String> listed = Set.of();
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
        listed = RestoredNames.of(files.directory()).ids();
        for (String id : listed) {
            if (queue.find(new QueueId(id), RestoredMessages.PLACES).isPresent()) {
                misnamed.add(id);
            }
        }
        recover();
        forgetNames();
        return result;
    }

    /** Names whose messages are gone are given again, but not before it is certain that these don't come back. */
    private void forgetNames() throws IOException {
        if (misnamed.containsAll(listed)) {
            return;
        }
        try (Disk.Mounted mounted = disk.mounted(files.directory())) {
            mounted.sync();
        } catch (IOException e) {
            LOG.warn(
                    "journal: sync of the queue's file system failed: {}: names of messages that were written again are not"
                            + " used yet",
                    FileWords.of(e));
            return;
        }
        RestoredNames.write(files.directory(), misnamed);
    }

    private void recover() throws IOException {
        List<Path> paths = files.all();
        if (paths.isEmpty()) {
            return;
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
                    FileWords.of(e));
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
        RestoredMessages restored = new RestoredMessages(queue, id -> latest.containsKey(id.text()), misnamed);
        for (Left one : left) {
            restore(one, latest, restored, !one.header.incarnation().equals(incarnation));
        }
        result = restored.result();
        LOG.info("journal: {} messages looked for, {} written again, {} mended", result.messages(), result.restored(),
                result.mended());
        Set<String> names = new HashSet<>(listed);
        names.addAll(misnamed);
        RestoredNames.write(files.directory(), names);
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

    private static void restore(Left from, Map<String, Long> latest, RestoredMessages restored, boolean crashed)
            throws IOException {
        JournalReader reader = from.segment.reader(from.header);
        for (List<JournalRecord> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
            for (JournalRecord record : batch) {
                if (latest.getOrDefault(record.id().text(), record.time()) == record.time()) {
                    restored.restore(record, crashed);
                }
            }
        }
    }
}
