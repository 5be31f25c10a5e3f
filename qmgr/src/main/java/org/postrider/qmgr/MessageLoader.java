package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a message into the active queue. Finds a complete file in incoming or deferred; the act is its rename to active; what
 * follows only reads. A crash before leaves it where it was, a crash after leaves it in active, from where the next qmgr puts it
 * back to incoming. A file that is no message goes to corrupt. Blocks on the disk: file-work threads, and the
 * feeder's for what was just written.
 */
final class MessageLoader {
    private static final Logger LOG = LoggerFactory.getLogger(MessageLoader.class);
    private static final Set<PosixFilePermission> READY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> READY_EXPIRING = PosixFilePermissions.fromString("rwx--x---");

    private static final QueueFile.Batch NOBODY = new QueueFile.Batch(List.of(), QueueFile.Batch.NO_MORE);

    private final QueueDirectory directory;
    private final InstantSource clock;
    private final CorruptMessages corrupt;
    private final boolean confirmDelayCleared;
    private final LogText text;

    /** What is known of the time before a file was found. */
    enum Past {
        /** Cleanup wrote it a moment ago and told us: it need not come from the disk, and there was no attempt yet. */
        NONE,
        /** Nothing is known. */
        UNKNOWN,
        /** An agent called by an earlier qmgr may still work on it. */
        PERHAPS_IN_USE
    }

    /** A file that may be taken into the active queue. */
    record Candidate(QueueId id, Path path, QueueName queue, PosixFileAttributes attributes, Past past,
            boolean flushing) {
        /** An administrator wants it returned (postsuper -e, -f). */
        boolean expiryForced() {
            return attributes.permissions().contains(PosixFilePermission.GROUP_EXECUTE);
        }

        boolean isComplete() {
            return attributes.isRegularFile() && attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
        }
    }

    /** Memory for the first recipients of a message. */
    interface Room {
        /** Takes room for the recipients of a message that has so many; returns for how many. */
        int reserve(int recipients);

        /** Gives room back. */
        void release(int recipients);
    }

    /**
     * A message and its first recipients.
     *
     * @param explained an administrator let it expire, and the defer log says why it has waited: it has no recipients here, as nobody is
     *        to be tried
     */
    record Loaded(MessageHead head, QueueFile.Batch batch, boolean explained) {}

    /**
     * @param confirmDelayCleared who was told of a delay is told of its end
     * @param text how log lines are written
     */
    MessageLoader(QueueDirectory directory, InstantSource clock, boolean confirmDelayCleared, LogText text) {
        this.directory = directory;
        this.clock = clock;
        this.confirmDelayCleared = confirmDelayCleared;
        this.text = text;
        this.corrupt = new CorruptMessages(directory);
    }

    /**
     * Takes the message; empty when it is gone, still being delivered, or corrupt.
     *
     * @param room says how many recipients to read of a message that has so many, and is told how many of them there were
     */
    Optional<Loaded> load(Candidate candidate, Room room, RetryPlan retry) {
        QueueId id = candidate.id();
        try {
            if (candidate.past() != Past.NONE && hasTwin(candidate)) {
                return Optional.empty();
            }
            if (candidate.past() == Past.PERHAPS_IN_USE && isLocked(candidate.path())) {
                postpone(candidate, retry);
                return Optional.empty();
            }
            directory.move(candidate.path(), id, QueueName.ACTIVE);
            boolean explained = isExplained(candidate);
            if (candidate.past() != Past.NONE) {
                tellOfNames(id);
                if (!explained) {
                    // What the last attempt left: this one writes anew, or the letter would name recipients that got it since.
                    boolean _ = directory.remove(QueueName.DEFER, id);
                }
            }
            return Optional.of(read(candidate, room, explained));
        } catch (NoSuchFileException _) {
            // Somebody removed it, put it on hold, or moved it: it is theirs now.
            return Optional.empty();
        } catch (CorruptQueueFileException e) {
            LOG.warn("{}: message rejected: {}", id, e.getMessage());
            corrupt.save(id);
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("{}: can't open queue file: {}", id, FileWords.at(e));
        } catch (RuntimeException e) {
            LOG.error("{}: unexpected failure in reading", id, e);
        }
        putOff(id, retry);
        return Optional.empty();
    }

    /**
     * True when another message has this name, in a queue that this one would come to: somebody put the spool together by hand. A rename
     * would end the other one; this one waits until it is gone.
     */
    private boolean hasTwin(Candidate candidate) {
        for (QueueName queue : candidate.queue() == QueueName.INCOMING
                ? new QueueName[]{QueueName.ACTIVE, QueueName.DEFERRED}
                : new QueueName[]{QueueName.ACTIVE}) {
            if (Files.exists(directory.path(queue, candidate.id()), LinkOption.NOFOLLOW_LINKS)) {
                LOG.warn("{}: stays in queue {} for now, as queue {} has another file of this name", candidate.id(),
                        candidate.queue().directory(), queue.directory());
                return true;
            }
        }
        return false;
    }

    /** Forced expiry, and a whole attempt told why the message waits. The log of one that was broken off does not name everybody. */
    private boolean isExplained(Candidate candidate) throws IOException {
        Path log = directory.path(QueueName.DEFER, candidate.id());
        return candidate.queue() == QueueName.DEFERRED && candidate.expiryForced() && Files.exists(log)
                && Files.size(log) > 0;
    }

    private void tellOfNames(QueueId id) throws IOException {
        int names = (Integer) Files.getAttribute(directory.path(QueueName.ACTIVE, id), "unix:nlink");
        if (names > 1) {
            LOG.warn("{}: queue file has {} names (hard links): what is delivered under one counts for all", id, names);
        }
    }

    private static boolean isLocked(Path path) throws IOException {
        Optional<FileLocks.Held> lock = FileLocks.tryExclusive(path);
        lock.ifPresent(FileLocks.Held::close);
        return lock.isEmpty();
    }

    private void postpone(Candidate candidate, RetryPlan retry) throws IOException {
        LOG.info("{}: skipped, still being delivered", candidate.id());
        QueueDirectory.setTime(candidate.path(), clock.instant().plus(retry.minimalBackoff()));
        directory.move(candidate.path(), candidate.id(), QueueName.DEFERRED);
    }

    private Loaded read(Candidate candidate, Room room, boolean explained) throws IOException {
        QueueId id = candidate.id();
        Path path = directory.path(QueueName.ACTIVE, id);
        Set<PosixFilePermission> mode = candidate.attributes().permissions();
        boolean unthrottle = mode.contains(PosixFilePermission.GROUP_READ);
        boolean forcedExpiry = candidate.expiryForced();
        if (unthrottle) {
            Files.setPosixFilePermissions(path, forcedExpiry ? READY_EXPIRING : READY);
        }
        try (QueueFile file = QueueFile.open(path)) {
            if (!file.size().isKnown()) {
                throw new CorruptQueueFileException("size record was never filled in");
            }
            Envelope envelope = file.envelope();
            QueueFile.Batch batch = explained ? NOBODY : firstRecipients(file, room);
            MessageHead head = new MessageHead(id, file.size(), envelope.sender(), envelope.arrived(),
                    envelope.created(), clock.instant(), traceFlags(envelope),
                    envelope.attribute("encoding"), envelope.attribute("envelope_id"), envelope.number("ret_flags"),
                    envelope.verp(), envelope.contentFilter(), envelope.redirect(), envelope.warning(), forcedExpiry,
                    unthrottle, candidate.flushing(), ClientAttributes.of(envelope));
            LOG.info(text.active(head));
            return new Loaded(head, batch, explained);
        }
    }

    private int traceFlags(Envelope envelope) {
        boolean delayTold = envelope.warning().offset() >= 0 && envelope.warning().seconds() == 0;
        return envelope.number("trace_flags")
                | (confirmDelayCleared && delayTold ? DeliveryRequest.RECORD_DELAYED : 0);
    }

    private static QueueFile.Batch firstRecipients(QueueFile file, Room room) throws IOException {
        int reserved = room.reserve(file.size().recipientCount());
        int read = 0;
        try {
            QueueFile.Batch batch = file.recipients(0, reserved);
            read = batch.recipients().size();
            return batch;
        } finally {
            room.release(reserved - read);
        }
    }

    /** Reads more recipients of an active message. */
    Optional<QueueFile.Batch> more(QueueId id, long from, int most) {
        try (QueueFile file = QueueFile.open(directory.path(QueueName.ACTIVE, id))) {
            return Optional.of(file.recipients(from, most));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: can't read more recipients: {}", id, e.toString());
            return Optional.empty();
        }
    }

    /** A file that is in active and can't be read now is tried again later, not only at the next start. */
    private void putOff(QueueId id, RetryPlan retry) {
        Path active = directory.path(QueueName.ACTIVE, id);
        if (!Files.exists(active)) {
            return;
        }
        try {
            QueueDirectory.setTime(active, clock.instant().plus(retry.minimalBackoff()));
            directory.move(id, QueueName.ACTIVE, QueueName.DEFERRED);
        } catch (IOException e) {
            LOG.warn("{}: can't defer message: {}", id, FileWords.at(e));
        }
    }
}
