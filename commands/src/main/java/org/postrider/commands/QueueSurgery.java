package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.QueueScan;

/**
 * The single acts of postsuper(1) on a queue in use: each is one rename, unlink or chmod, so that qmgr and the agents see the
 * message either before or after it. A message that moves between the look and the act is looked for once more. A file that is still
 * being written is nobody's message yet and is left alone, and so is what is no regular file.
 */
final class QueueSurgery {
    /** The logs about a message. */
    static final List<QueueName> LOGS = List.of(QueueName.BOUNCE, QueueName.DEFER, QueueName.TRACE);
    /** As often a message that is not found is looked for, and a queue gone through that messages may have returned to. */
    private static final int TRIES = 3;

    private final QueueDirectory queue;
    private final CommandLog log;

    QueueSurgery(QueueDirectory queue, CommandLog log) {
        this.queue = queue;
        this.log = log;
    }

    /**
     * Does it to every message of these queues; answers how many. The queues are gone through again while that finds more: a message
     * may have moved to where the search had been.
     */
    Map<QueueDeed, Integer> all(QueueAction action, List<QueueName> queues) throws IOException {
        Map<QueueDeed, Integer> counts = new EnumMap<>(QueueDeed.class);
        boolean found = true;
        for (int attempt = 0; found && attempt < TRIES; attempt++) {
            found = false;
            for (QueueName name : queues) {
                found |= everyMessage(action, name, counts);
            }
        }
        return counts;
    }

    private boolean everyMessage(QueueAction action, QueueName name, Map<QueueDeed, Integer> counts)
            throws IOException {
        boolean found = false;
        try (QueueScan scan = queue.scan(name)) {
            for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                for (QueueDeed deed : act(action, entry.get().id(), name).orElse(Set.of())) {
                    counts.merge(deed, 1, Integer::sum);
                    found = true;
                }
            }
        }
        return found;
    }

    /** Does it to this message; answers what was done. */
    Set<QueueDeed> one(QueueAction action, QueueId id, List<QueueName> queues) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            for (QueueName name : queues) {
                Optional<Set<QueueDeed>> done = act(action, id, name);
                if (done.isPresent()) {
                    return done.get();
                }
            }
        }
        return Set.of();
    }

    /** One act on one message; empty when it is not in this queue (any more). */
    private Optional<Set<QueueDeed>> act(QueueAction action, QueueId id, QueueName from) throws IOException {
        try {
            Set<PosixFilePermission> mode = mode(id, from);
            if (!mode.contains(PosixFilePermission.OWNER_EXECUTE)) {
                return Optional.empty();
            }
            return Optional.of(switch (action) {
                case DELETE -> delete(id, from);
                case REQUEUE -> requeue(id, from);
                case HOLD -> move(id, from, QueueName.HOLD, QueueDeed.HELD);
                case RELEASE -> move(id, from, QueueName.DEFERRED, QueueDeed.RELEASED);
                case EXPIRE -> expire(id, from, mode);
                case EXPIRE_RELEASE -> {
                    Set<QueueDeed> done = EnumSet.noneOf(QueueDeed.class);
                    done.addAll(expire(id, from, mode));
                    if (from == QueueName.HOLD) {
                        done.addAll(move(id, from, QueueName.DEFERRED, QueueDeed.RELEASED));
                    }
                    yield done;
                }
            });
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Nothing for what is no file. */
    private Set<PosixFilePermission> mode(QueueId id, QueueName from) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(queue.path(from, id), PosixFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        if (attributes.isRegularFile()) {
            return attributes.permissions();
        }
        log.warn(from.directory() + '/' + id + ": not a regular file");
        return Set.of();
    }

    private Set<QueueDeed> delete(QueueId id, QueueName from) throws IOException {
        if (!queue.remove(from, id)) {
            throw new NoSuchFileException(id.text());
        }
        removeLogs(id);
        return EnumSet.of(QueueDeed.REMOVED);
    }

    private Set<QueueDeed> requeue(QueueId id, QueueName from) throws IOException {
        // pickup takes what is due.
        QueueDirectory.setTime(queue.path(from, id), Instant.now());
        Set<QueueDeed> done = move(id, from, QueueName.MAILDROP, QueueDeed.REQUEUED);
        if (!done.isEmpty()) {
            removeLogs(id);
        }
        return done;
    }

    /** A rename would replace what has the same name, and that may be another message in a spool put together by hand. */
    private Set<QueueDeed> move(QueueId id, QueueName from, QueueName to, QueueDeed deed) throws IOException {
        Path target = queue.path(to, id);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            log.warn(from.directory() + '/' + id + ": left alone, as there is a " + to.directory() + '/' + id);
            return Set.of();
        }
        queue.move(id, from, to);
        return EnumSet.of(deed);
    }

    private Set<QueueDeed> expire(QueueId id, QueueName from, Set<PosixFilePermission> mode) throws IOException {
        if (mode.contains(PosixFilePermission.GROUP_EXECUTE)) {
            return Set.of();
        }
        Set<PosixFilePermission> more = new HashSet<>(mode);
        more.add(PosixFilePermission.GROUP_EXECUTE);
        Files.setPosixFilePermissions(queue.path(from, id), more);
        return EnumSet.of(QueueDeed.EXPIRED);
    }

    private void removeLogs(QueueId id) throws IOException {
        for (QueueName name : LOGS) {
            boolean _ = queue.remove(name, id);
        }
    }
}
