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
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds messages of the journal against the queue, one after the other. A message that is there is written again in place, with the
 * marks of recipients that are done: it may be cut short, or what is seen of it may not be on the disk. One that is missing is written
 * again where it was committed if the machine has crashed; if only processes have died, it was removed.
 *
 * <p>A file under the message's name may be another message. While the journal has a message nobody gives its id, so the other one is
 * older, and was gone: the crash brought it back with its name, as its removal was not on the disk yet. (Or it is of another mail
 * system, that was given the queue before ours was started.) Which of both it is can't be known; so it gets a name of its own, and none
 * is lost. If only processes have died nothing comes back: the file is of another mail system, and ours was removed.
 *
 * <p>One thread. Nothing is durable before the caller's sync; a crash before that makes it begin anew.
 */
final class RestoredMessages {
    /** Where a message can be. */
    static final QueueName[] PLACES = {QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED, QueueName.HOLD,
            QueueName.CORRUPT, QueueName.MAILDROP};

    private static final Logger LOG = LoggerFactory.getLogger(RestoredMessages.class);
    private static final int PROGRESS = 10_000;
    private static final Set<PosixFilePermission> READY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> BEGUN = PosixFilePermissions.fromString("rw-------");

    private final QueueDirectory queue;
    private final Predicate<QueueId> inJournal;
    private final Set<String> misnamed;
    private int messages;
    private int restored;
    private int mended;

    /** What stands under a message's name. */
    private enum Kind {
        OURS, DAMAGED, OTHER
    }

    /**
     * @param inJournal ids that no other message gets
     * @param misnamed to which ids are added whose files have other inode numbers
     */
    RestoredMessages(QueueDirectory queue, Predicate<QueueId> inJournal, Set<String> misnamed) {
        this.queue = queue;
        this.inJournal = inJournal;
        this.misnamed = misnamed;
    }

    JournalRecovery.Result result() {
        return new JournalRecovery.Result(messages, restored, mended);
    }

    /** @param crashed whether the machine has stopped since the message was committed, or only processes */
    void restore(JournalRecord record, boolean crashed) throws IOException {
        Optional<Path> own = crashed ? afterCrash(record) : queue.find(record.id(), PLACES);
        if (own.isPresent()) {
            mend(own.get(), record, crashed);
            note(record.id(), own.get());
        } else if (crashed) {
            note(record.id(), write(record));
        }
        messages++;
        if (messages % PROGRESS == 0) {
            LOG.info("journal: {} messages looked for so far, {} written again, {} mended", messages, restored, mended);
        }
    }

    /** The message's file; what else has its name gets another. */
    private Optional<Path> afterCrash(JournalRecord record) throws IOException {
        Optional<Path> own = Optional.empty();
        for (Kind wanted : new Kind[]{Kind.OURS, Kind.DAMAGED, Kind.OTHER}) {
            for (QueueName place : PLACES) {
                Path path = queue.path(place, record.id());
                if (Files.exists(path) && kind(path, place, record) == wanted) {
                    if (own.isEmpty() && wanted != Kind.OTHER) {
                        own = Optional.of(path);
                    } else if (!own.equals(Optional.of(path))) {
                        rename(path, place, record.id());
                    }
                }
            }
        }
        return own;
    }

    private static Kind kind(Path path, QueueName place, JournalRecord record) throws IOException {
        byte[] file = Files.readAllBytes(path);
        return switch (JournalImage.compare(file, new JournalImage(record.image()).withMarksOf(file))) {
            case WHOLE, TORN -> Kind.OURS;
            // What users submit looks like no message to our reader.
            case OTHER -> place == QueueName.MAILDROP || isMessage(path) ? Kind.OTHER : Kind.DAMAGED;
        };
    }

    private void rename(Path path, QueueName place, QueueId id) throws IOException {
        QueueId free = queue.freeId(id, path, inJournal);
        queue.move(path, free, place);
        LOG.warn("journal: {}: another message has this name in queue {} since the crash: it is {} now", id,
                place.directory(), free);
    }

    private Path write(JournalRecord record) throws IOException {
        Path path = queue.path(record.queue(), record.id());
        queue.makeParent(path);
        try (FileChannel file = FileChannel.open(path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(BEGUN))) {
            write(file, record.image());
        }
        Files.setPosixFilePermissions(path, READY);
        restored++;
        return path;
    }

    private void note(QueueId id, Path path) throws IOException {
        if (inode(path) != id.inode()) {
            misnamed.add(id.text());
        }
    }

    private static long inode(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
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
        // Of bytes that are not the message's nobody knows which are marks: better twice than not at all.
        byte[] image = found == JournalImage.Found.OTHER ? record.image() : marked;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            write(channel, image);
            channel.truncate(image.length);
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
