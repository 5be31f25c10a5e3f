package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.Attempts;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a message in active after every recipient had its turn: notices about failures, then removal, or deferred with
 * the time of the next attempt, or return to the sender when it is too old.
 *
 * <p>Acts: the letter about failures is in the queue before bounce removes its log; the defer log goes before the queue file; a
 * deferred file gets its time before its rename. A crash between any two repeats what comes after with the same outcome, at worst
 * with a second letter.
 *
 * <p>{@link #finishSimply} only works on the disk and runs on a thread for that; {@link #finish} asks other services and
 * runs on a virtual thread.
 */
final class MessageFinisher {
    private static final Logger LOG = LoggerFactory.getLogger(MessageFinisher.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final QueueDirectory directory;
    private final WatchedClock clock;
    private final Services services;
    private final QmgrSettings settings;
    private final PatientResolver.Pause pause;
    private final CorruptMessages corrupt;

    MessageFinisher(QueueDirectory directory, WatchedClock clock, Services services, QmgrSettings settings,
            PatientResolver.Pause pause) {
        this.directory = directory;
        this.clock = clock;
        this.services = services;
        this.settings = settings;
        this.pause = pause;
        this.corrupt = new CorruptMessages(directory);
    }

    /** Removes a message of which nothing remains and about which nothing is to be told; false when there is more to do. */
    boolean finishSimply(MessageHead message, boolean someRemain) {
        if (someRemain || hasLog(QueueName.BOUNCE, message.id()) || mayHaveTrace(message)
                || hasPending(message.id())) {
            return false;
        }
        // No defer log: what the attempts before left was removed at the beginning of this one, which left nothing.
        removeQueueFile(message.id());
        return true;
    }

    /** Does everything. */
    void finish(MessageHead message, boolean someRemain) {
        if (someRemain && corrupt.isMarked(message.id())) {
            corrupt.save(message.id());
            return;
        }
        if (message.isProbe()) {
            remove(message.id());
            return;
        }
        boolean remain = (someRemain || isPendingUnsaid(message)) && !message.isUserProbe();
        if (hasLog(QueueName.BOUNCE, message.id())) {
            remain |= !tell(message, settings.services().bounce(), failureOperation(message), message.verp());
        }
        if (mayHaveTrace(message) && hasLog(QueueName.TRACE, message.id())) {
            remain |= !services.report(settings.services().trace(), new BounceRequest(BounceRequest.Operation.FLUSH,
                    about(message, message.traceFlags(), ""), Optional.empty()));
        }
        if (!remain || isReturned(message)) {
            remove(message.id());
        } else {
            defer(message);
        }
    }

    private boolean isPendingUnsaid(MessageHead message) {
        boolean pending = hasPending(message.id());
        if (pending) {
            LOG.warn("{}: a delivery agent reported all recipients settled, but some are not marked done in the queue"
                    + " file: the message stays", message.id());
        }
        return pending;
    }

    /** The file has the last word: whoever is not marked done there has not got the message. */
    private boolean hasPending(QueueId id) {
        try (QueueFile file = QueueFile.open(directory.path(QueueName.ACTIVE, id))) {
            return !file.recipients(0, 1).recipients().isEmpty();
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            LOG.warn("{}: can't read queue file: {}", id, FileWords.of(e));
            return true;
        }
    }

    private boolean mayHaveTrace(MessageHead message) {
        return message.wantsSuccessReport()
                || (message.traceFlags() & (DeliveryRequest.RECORD | DeliveryRequest.RECORD_DELAYED
                        | DeliveryRequest.USER_VERIFY)) != 0;
    }

    private boolean hasLog(QueueName queue, QueueId id) {
        Path log = directory.path(queue, id);
        try {
            if (!Files.exists(log)) {
                return false;
            }
            if (Files.size(log) > 0) {
                return true;
            }
            boolean _ = Files.deleteIfExists(log);
            return false;
        } catch (IOException e) {
            LOG.warn("{}: can't look at {}: {}", id, log, FileWords.of(e));
            return true;
        }
    }

    private BounceRequest.Operation failureOperation(MessageHead message) {
        return message.isVerp() && settings.verpBounces()
                ? BounceRequest.Operation.VERP
                : BounceRequest.Operation.FLUSH;
    }

    private boolean tell(MessageHead message, String service, BounceRequest.Operation operation, String verp) {
        return services.report(service, new BounceRequest(operation, about(message, verp), Optional.empty()));
    }

    /** How the message is named to bounce, defer and trace. */
    static BounceRequest.Message about(MessageHead message, String verp) {
        return about(message, 0, verp);
    }

    /** @param flags for trace: what was asked for, which decides about the letter */
    private static BounceRequest.Message about(MessageHead message, int flags, String verp) {
        return new BounceRequest.Message(flags, QueueName.ACTIVE.directory(), message.id().text(), message.encoding(),
                message.size().sendOptions(), message.sender(), message.envelopeId(), message.dsnReturn(), verp);
    }

    /** Returns a message that is too old to its sender; false when it is not, or when that fails. */
    private boolean isReturned(MessageHead message) {
        boolean expired = settings.retry().isExpired(message.created(), message.sender(),
                clock.seenFrom(message.created()));
        if (!expired && !isExpiryForced(message)) {
            return false;
        }
        LOG.info("{}: from=<{}>, status={}, returned to sender", message.id(), settings.log().address(message.sender()),
                expired ? "expired" : "force-expired");
        return tell(message, settings.services().defer(), failureOperation(message), message.verp());
    }

    private boolean isExpiryForced(MessageHead message) {
        try {
            return message.forcedExpiry()
                    || Files.getPosixFilePermissions(directory.path(QueueName.ACTIVE, message.id()))
                            .contains(PosixFilePermission.GROUP_EXECUTE);
        } catch (IOException _) {
            // Gone, or unreadable: the move that follows reports it.
            return false;
        }
    }

    private void defer(MessageHead message) {
        Path path = directory.path(QueueName.ACTIVE, message.id());
        if (RetryPlan.isWarningDue(message.warning().seconds(), clock.seenFrom(message.created()))
                && tell(message, settings.services().defer(), BounceRequest.Operation.WARN, "")) {
            markWarned(message, path);
        }
        Attempts.add(path);
        while (!moveToDeferred(message, path)) {
            // A full or broken disk: the message stays here, in memory and in active, until it gets better.
            pause.pause(PAUSE);
        }
    }

    private boolean moveToDeferred(MessageHead message, Path path) {
        try {
            QueueDirectory.setTime(path, settings.retry().nextAttempt(message.created(), clock.instant()));
            directory.move(message.id(), QueueName.ACTIVE, QueueName.DEFERRED);
            return true;
        } catch (NoSuchFileException _) {
            LOG.warn("{}: queue file is gone", message.id());
            forgetIfGone(message.id());
            return true;
        } catch (IOException e) {
            LOG.warn("{}: can't defer message: {}", message.id(), FileWords.at(e));
            return false;
        }
    }

    /** An administrator deleted it while agents worked on it: what they noted after that is nobody's. */
    private void forgetIfGone(QueueId id) {
        if (directory.find(id, QueueName.HOLD, QueueName.INCOMING, QueueName.DEFERRED).isPresent()) {
            return;
        }
        for (QueueName log : new QueueName[]{QueueName.DEFER, QueueName.BOUNCE, QueueName.TRACE}) {
            try {
                boolean _ = directory.remove(log, id);
            } catch (IOException e) {
                LOG.warn("{}: can't remove the log in {}: {}", id, log.directory(), FileWords.of(e));
            }
        }
    }

    private static void markWarned(MessageHead message, Path path) {
        try (QueueFile file = QueueFile.openForUpdate(path)) {
            file.markWarned(message.warning());
        } catch (IOException e) {
            LOG.warn("{}: can't mark that the delay was told: {}", message.id(), FileWords.of(e));
        }
    }

    private void remove(QueueId id) {
        try {
            boolean _ = directory.remove(QueueName.DEFER, id);
        } catch (IOException e) {
            LOG.warn("{}: can't remove message: {}", id, FileWords.at(e));
            return;
        }
        removeQueueFile(id);
    }

    private void removeQueueFile(QueueId id) {
        try {
            if (directory.remove(QueueName.ACTIVE, id)) {
                LOG.info("{}: removed", id);
            }
        } catch (IOException e) {
            LOG.warn("{}: can't remove message: {}", id, FileWords.at(e));
        }
    }
}
