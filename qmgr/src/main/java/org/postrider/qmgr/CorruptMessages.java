package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets files aside that are no messages, by rename to corrupt, where an administrator may look at them. A file that can't be moved
 * now is found again by the next periodic scan. Blocks on the disk.
 */
record CorruptMessages(QueueDirectory directory) {
    private static final Logger LOG = LoggerFactory.getLogger(CorruptMessages.class);

    /** True when an agent found that this file can't be read as a message. */
    static boolean isMarked(Set<PosixFilePermission> mode) {
        return mode.equals(QueueFile.CORRUPT_MODE);
    }

    /** The same for a file in active; false when it can't be looked at. */
    boolean isMarked(QueueId id) {
        try {
            return isMarked(Files.getPosixFilePermissions(directory.path(QueueName.ACTIVE, id)));
        } catch (IOException _) {
            // Gone, or unreadable: the move that follows reports it.
            return false;
        }
    }

    /** Sets a file in active aside. */
    void save(QueueId id) {
        save(directory.path(QueueName.ACTIVE, id), id, QueueName.ACTIVE);
    }

    /** Sets a file aside, wherever it was found. */
    void save(Path file, QueueId id, QueueName queue) {
        LOG.warn("saving corrupt file \"{}\" from queue \"{}\" to queue \"corrupt\"", id, queue.directory());
        try {
            directory.move(file, id, QueueName.CORRUPT);
        } catch (NoSuchFileException _) {
            LOG.warn("{}: queue file is gone", id);
        } catch (IOException e) {
            LOG.warn("{}: can't save corrupt file: {}", id, FileWords.at(e));
        }
    }
}
