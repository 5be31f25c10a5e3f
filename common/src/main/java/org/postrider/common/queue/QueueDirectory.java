package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.postrider.common.config.Parameters;

/**
 * Where the queue's files are. In a hashed queue (hash_queue_names) a file stands below one directory per character of
 * {@link QueueId#hash}, hash_queue_depth of them; missing directories are made on the way.
 *
 * <p>Immutable; any thread may use it. A move is one rename(2) within one file system: at every moment the file is in exactly one
 * queue.
 */
public final class QueueDirectory {
    private final Path root;
    private final Map<QueueName, Path> tops = new EnumMap<>(QueueName.class);
    private final Set<String> hashed;
    private final int depth;

    /**
     * @param root queue_directory
     * @param hashed the names in hash_queue_names
     * @param depth hash_queue_depth
     */
    public QueueDirectory(Path root, Set<String> hashed, int depth) {
        this.root = root;
        this.hashed = Set.copyOf(hashed);
        this.depth = depth;
        for (QueueName name : QueueName.values()) {
            tops.put(name, root.resolve(name.directory()));
        }
    }

    /** The queue in this directory, hashed as main.cf says. */
    public static QueueDirectory of(Path root, Parameters parameters) {
        return new QueueDirectory(root, Set.copyOf(parameters.list("hash_queue_names")),
                parameters.number("hash_queue_depth"));
    }

    /** queue_directory itself. */
    public Path root() {
        return root;
    }

    /** The top directory of a queue, where files are begun. */
    public Path top(QueueName queue) {
        Path top = tops.get(queue);
        if (top == null) {
            throw new IllegalArgumentException(queue.directory());
        }
        return top;
    }

    /** How many levels of directories a queue has. */
    public int depth(QueueName queue) {
        return hashed.contains(queue.directory()) ? depth : 0;
    }

    /** Where a message's file is when it is in this queue. */
    public Path path(QueueName queue, QueueId id) {
        Path path = top(queue);
        int levels = depth(queue);
        if (levels > 0) {
            String hash = id.hash(levels);
            for (int i = 0; i < levels; i++) {
                path = path.resolve(hash.substring(i, i + 1));
            }
        }
        return path.resolve(id.text());
    }

    /** Makes the top directories that are missing, readable by their owner only. */
    public void create(QueueName... queues) throws IOException {
        for (QueueName queue : queues) {
            makeDirectories(top(queue));
        }
    }

    /**
     * Moves a message from one queue to another.
     *
     * @throws NoSuchFileException when it is not in the first queue: somebody else moved or removed it
     */
    public void move(QueueId id, QueueName from, QueueName to) throws IOException {
        moveFile(path(from, id), path(to, id));
    }

    /** Moves a file that a scan found, wherever it was found, to its place in a queue. */
    public void move(Path file, QueueId id, QueueName to) throws IOException {
        moveFile(file, path(to, id));
    }

    private static void moveFile(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            Path parent = to.getParent();
            if (parent == null || Files.isDirectory(parent)) {
                throw e;
            }
            makeDirectories(parent);
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Makes the directory that this file is to stand in. */
    public void makeParent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            makeDirectories(parent);
        }
    }

    /** Somebody has removed it; who may not make it anew says so, not that he may not. */
    private static void makeDirectories(Path directory) throws IOException {
        try {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (AccessDeniedException e) {
            throw (IOException) new FileSystemException(directory.toString(), null, "No such file or directory")
                    .initCause(e);
        }
    }

    /** Removes a message's file from a queue; false when there was none. */
    public boolean remove(QueueName queue, QueueId id) throws IOException {
        return Files.deleteIfExists(path(queue, id));
    }

    /** The first of these queues that has a file with this id. */
    public Optional<Path> find(QueueId id, QueueName... queues) {
        for (QueueName queue : queues) {
            Path path = path(queue, id);
            if (Files.exists(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /**
     * An id for a file whose name another one has, too: the next that nothing in the queue has, with the file's own inode number.
     *
     * @param taken ids that it must not get, either
     */
    public QueueId freeId(QueueId id, Path file, Predicate<QueueId> taken) throws IOException {
        long inode = ((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue();
        QueueId free = id.later(1, inode);
        for (int later = 2; taken.test(free) || find(free, QueueName.values()).isPresent(); later++) {
            free = id.later(later, inode);
        }
        return free;
    }

    /** Sets a file's time: a time to come says when the next attempt is due. */
    public static void setTime(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    /** Goes through the files of a queue without ever holding the list of them. */
    public QueueScan scan(QueueName queue) throws IOException {
        return new QueueScan(top(queue));
    }
}
