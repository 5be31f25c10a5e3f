package org.postrider.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.QueueScan;

/**
 * The single acts of postsuper(1) on a queue in use: each is one rename, unlink or chmod, so that qmgr and the agents see the
 * message either before or after it. A message that moves between the look and the act is looked for once more.
 */
final class QueueSurgery {
    private static final List<QueueName> MESSAGES = List.of(QueueName.MAILDROP, QueueName.INCOMING, QueueName.ACTIVE,
            QueueName.DEFERRED, QueueName.HOLD);
    private static final List<QueueName> LOGS = List.of(QueueName.BOUNCE, QueueName.DEFER, QueueName.TRACE);
    private static final Duration STALE = Duration.ofDays(7);
    private static final int TRIES = 3;

    private final QueueDirectory queue;
    private final PrintStream err;

    QueueSurgery(QueueDirectory queue, PrintStream err) {
        this.queue = queue;
        this.err = err;
    }

    /** Does it to every message of these queues; answers how many. */
    int all(QueueAction action, List<QueueName> queues) throws IOException {
        int count = 0;
        for (QueueName name : eligible(action, queues)) {
            try (QueueScan scan = queue.scan(name)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    count += act(action, entry.get().id(), name) ? 1 : 0;
                }
            }
        }
        return count;
    }

    /** Does it to these messages; answers how many there were. */
    int some(QueueAction action, Collection<QueueId> ids, List<QueueName> queues) throws IOException {
        int count = 0;
        for (QueueId id : ids) {
            count += one(action, id, eligible(action, queues)) ? 1 : 0;
        }
        return count;
    }

    private boolean one(QueueAction action, QueueId id, List<QueueName> queues) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            for (QueueName name : queues) {
                if (act(action, id, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<QueueName> eligible(QueueAction action, List<QueueName> queues) {
        return queues.stream().filter(name -> switch (action) {
            case HOLD -> name != QueueName.HOLD;
            case RELEASE -> name == QueueName.HOLD;
            default -> true;
        }).toList();
    }

    /** One act on one message; false when it is not in this queue (any more). */
    private boolean act(QueueAction action, QueueId id, QueueName from) throws IOException {
        try {
            switch (action) {
                case DELETE -> {
                    if (!queue.remove(from, id)) {
                        return false;
                    }
                    removeLogs(id);
                }
                case REQUEUE -> {
                    queue.move(id, from, QueueName.MAILDROP);
                    removeLogs(id);
                }
                case HOLD -> queue.move(id, from, QueueName.HOLD);
                case RELEASE -> queue.move(id, QueueName.HOLD, QueueName.DEFERRED);
                case EXPIRE -> expire(id, from);
                case EXPIRE_RELEASE -> {
                    expire(id, from);
                    if (from == QueueName.HOLD) {
                        queue.move(id, QueueName.HOLD, QueueName.DEFERRED);
                    }
                }
            }
        } catch (NoSuchFileException _) {
            return false;
        }
        err.println("postsuper: " + id.text() + ": " + action.word());
        return true;
    }

    private void expire(QueueId id, QueueName from) throws IOException {
        Path path = queue.path(from, id);
        Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(path));
        mode.add(PosixFilePermission.GROUP_EXECUTE);
        Files.setPosixFilePermissions(path, mode);
    }

    private void removeLogs(QueueId id) throws IOException {
        for (QueueName log : LOGS) {
            boolean _ = queue.remove(log, id);
        }
    }

    /** Puts files into the directory where their hash says they belong, and renames those whose name is not their inode's. */
    void structure() throws IOException {
        int renamed = 0;
        for (QueueName name : MESSAGES) {
            try (QueueScan scan = queue.scan(name)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    renamed += settle(name, entry.get().id(), entry.get().path()) ? 1 : 0;
                }
            }
        }
        if (renamed > 0) {
            err.println(
                    "postsuper: Renamed to match inode number: " + renamed + " message" + (renamed == 1 ? "" : "s"));
        }
    }

    /** True when the file got a new name. */
    private boolean settle(QueueName name, QueueId id, Path path) throws IOException {
        try {
            long inode = ((Number) Files.getAttribute(path, "unix:ino")).longValue();
            Path place = queue.path(name, id);
            if (id.inode() == inode) {
                if (!place.equals(path)) {
                    queue.move(path, id, name);
                }
                return false;
            }
            Instant time = id.created().orElseGet(Instant::now);
            QueueId right = QueueId.of(time, inode, id.isLong());
            queue.move(path, right, name);
            for (QueueName log : LOGS) {
                moveLog(log, id, right);
            }
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private void moveLog(QueueName log, QueueId from, QueueId to) throws IOException {
        Path old = queue.path(log, from);
        if (Files.exists(old)) {
            try {
                queue.move(old, to, log);
            } catch (FileAlreadyExistsException | NoSuchFileException _) {
                // The bounce service was faster.
            }
        }
    }

    /** Removes what a crash left behind: incomplete files of more than a week. */
    void purge() throws IOException {
        Instant limit = Instant.now().minus(STALE);
        for (QueueName name : List.of(QueueName.MAILDROP, QueueName.INCOMING)) {
            purge(queue.top(name), limit);
        }
    }

    private static void purge(Path directory, Instant limit) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isStale(file, limit)) {
                    boolean _ = Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isStale(Path file, Instant limit) throws IOException {
        try {
            boolean temporary = Optional.ofNullable(file.getFileName()).map(Path::toString).orElse("").contains(".");
            boolean ready = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
            return Files.isRegularFile(file) && (temporary || !ready)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(limit);
        } catch (NoSuchFileException _) {
            return false;
        }
    }
}
