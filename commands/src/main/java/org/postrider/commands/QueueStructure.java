package org.postrider.commands;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

/**
 * What postsuper(1) mends in the queue's directories: files whose name is not their inode's or that stand in the wrong hash directory,
 * hash directories that are not needed, and what crashes left behind. Each act is one rename or unlink; a run that is cut short is
 * continued by the next one. Names change only while no mail system uses the queue, which whoever runs it knows.
 */
final class QueueStructure {
    private static final List<QueueName> MESSAGES = List.of(QueueName.MAILDROP, QueueName.INCOMING, QueueName.ACTIVE,
            QueueName.DEFERRED, QueueName.HOLD);
    private static final Duration STALE = Duration.ofDays(7);
    /** Each pass frees names for the next one; a ring of names needs three. */
    private static final int MOST_PASSES = 5;

    /** Which names must have the inode number of their file. */
    enum Strictness {
        /** Short names; a long name is unique without it. */
        SHORT_NAMES,
        /** Long ones, too. */
        ALL_NAMES
    }

    private final QueueDirectory queue;
    private final boolean longIds;
    private final CommandLog log;
    private int renamed;
    private boolean again;

    /** @param longIds enable_long_queue_ids; where it is off, long names become short ones */
    QueueStructure(QueueDirectory queue, boolean longIds, CommandLog log) {
        this.queue = queue;
        this.longIds = longIds;
        this.log = log;
    }

    /**
     * Does it in these queues, or in all when none is named.
     *
     * @param names which names to mend, if any
     * @param purge remove what crashes left behind
     */
    void mend(List<QueueName> queues, Optional<Strictness> names, boolean purge) throws IOException {
        again = true;
        for (int pass = 0; again && pass < MOST_PASSES; pass++) {
            again = false;
            for (QueueName name : chosen(MESSAGES, queues)) {
                messages(queue.top(name), name, names, purge, pass == 0);
            }
        }
        if (names.isPresent()) {
            for (QueueName name : chosen(QueueSurgery.LOGS, queues)) {
                logs(queue.top(name), name);
            }
        }
        if (renamed > 0) {
            log.info("Renamed to match inode number: " + renamed + " message" + (renamed == 1 ? "" : "s"));
            log.warn("QUEUE FILE NAMES WERE CHANGED TO MATCH INODE NUMBERS");
        }
    }

    private static List<QueueName> chosen(List<QueueName> all, List<QueueName> named) {
        return named.isEmpty() ? all : all.stream().filter(named::contains).toList();
    }

    /** Goes through a copy of the list of names: renaming while reading would show some files twice. */
    private static List<Path> list(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(files::add);
        } catch (NoSuchFileException _) {
            // Never used.
        }
        return files;
    }

    private void messages(Path directory, QueueName name, Optional<Strictness> names, boolean purge, boolean complain)
            throws IOException {
        for (Path file : list(directory)) {
            Optional<PosixFileAttributes> attributes = attributes(file);
            if (attributes.isEmpty()) {
                continue;
            }
            if (attributes.get().isDirectory()) {
                messages(file, name, names, purge, complain);
                removeIfNotNeeded(file, name);
            } else if (purge && isRubbish(attributes.get())) {
                boolean _ = Files.deleteIfExists(file);
            } else {
                message(file, name, attributes.get(), names, complain);
            }
        }
    }

    private static Optional<PosixFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** What is not complete after a week never will be. */
    private static boolean isRubbish(PosixFileAttributes attributes) {
        return attributes.isRegularFile() && !attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE)
                && attributes.lastModifiedTime().toInstant().isBefore(Instant.now().minus(STALE));
    }

    private void message(Path file, QueueName name, PosixFileAttributes attributes, Optional<Strictness> names,
            boolean complain) throws IOException {
        Optional<QueueId> id = QueueId.parse(String.valueOf(file.getFileName()));
        if (id.isEmpty() || !attributes.isRegularFile()) {
            if (complain) {
                log.warn((id.isEmpty() ? "bogus file name: " : "not a regular file: ") + queue.root().relativize(file));
            }
        } else if (names.isPresent()) {
            settle(file, name, id.get(), names.get());
        }
    }

    private void settle(Path file, QueueName name, QueueId id, Strictness strictness) throws IOException {
        try {
            long inode = ((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue();
            QueueId right = right(id, inode, strictness);
            if (!right.equals(id)) {
                rename(file, name, id, right);
            } else if (!queue.path(name, id).equals(file)) {
                place(file, name, id);
            }
        } catch (NoSuchFileException _) {
            // qmgr or an administrator was faster.
        }
    }

    private QueueId right(QueueId id, long inode, Strictness strictness) {
        if (id.isLong() && !longIds) {
            return id.shortFor(inode);
        }
        boolean fits = id.inode() == inode || (id.isLong() && strictness == Strictness.SHORT_NAMES);
        return fits ? id : id.isLong() ? id.longFor(inode) : id.shortFor(inode);
    }

    /** A name that another message still has is waited for under a name that the next pass finds. */
    private void rename(Path file, QueueName name, QueueId id, QueueId right) throws IOException {
        boolean taken = MESSAGES.stream().anyMatch(other -> Files.exists(queue.path(other, right),
                LinkOption.NOFOLLOW_LINKS));
        QueueId next = taken ? new QueueId(right.text() + "_FIX") : right;
        again = true;
        if (taken && (next.equals(id) || Files.exists(queue.path(name, next), LinkOption.NOFOLLOW_LINKS))) {
            return;
        }
        queue.move(file, next, name);
        renamed += taken ? 0 : 1;
        for (QueueName kind : QueueSurgery.LOGS) {
            moveLog(kind, id, next);
        }
    }

    private void moveLog(QueueName kind, QueueId from, QueueId to) throws IOException {
        Path old = queue.path(kind, from);
        if (Files.exists(old) && !Files.exists(queue.path(kind, to))) {
            queue.move(old, to, kind);
        }
    }

    private void place(Path file, QueueName name, QueueId id) throws IOException {
        if (Files.exists(queue.path(name, id), LinkOption.NOFOLLOW_LINKS)) {
            log.warn(queue.root().relativize(file) + ": left alone, as there is a "
                    + queue.root().relativize(queue.path(name, id)));
        } else {
            queue.move(file, id, name);
        }
    }

    private void logs(Path directory, QueueName kind) throws IOException {
        for (Path file : list(directory)) {
            Optional<PosixFileAttributes> attributes = attributes(file);
            if (attributes.isEmpty()) {
                continue;
            }
            if (attributes.get().isDirectory()) {
                logs(file, kind);
                removeIfNotNeeded(file, kind);
                continue;
            }
            Optional<QueueId> id = QueueId.parse(String.valueOf(file.getFileName()));
            if (id.isPresent() && attributes.get().isRegularFile() && !queue.path(kind, id.get()).equals(file)) {
                place(file, kind, id.get());
            }
        }
    }

    /** A directory at a depth where this queue has files keeps. */
    private void removeIfNotNeeded(Path directory, QueueName name) throws IOException {
        Path below = queue.top(name).relativize(directory);
        boolean needed = below.getNameCount() <= queue.depth(name)
                && below.toString().length() == 2 * below.getNameCount() - 1;
        if (!needed) {
            try {
                boolean _ = Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException _) {
                log.warn("directory is not empty: " + queue.root().relativize(directory));
            }
        }
    }
}
