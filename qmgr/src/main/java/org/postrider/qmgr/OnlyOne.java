package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.delivery.FileTrouble;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue has one queue manager: it holds flock(2) on the directory active for as long as it lives, also against one that was left
 * over from a killed master. The kernel drops the lock with the process.
 */
final class OnlyOne {
    private static final Logger LOG = LoggerFactory.getLogger(OnlyOne.class);

    private OnlyOne() {}

    /** Waits until this is the only one. Blocks. */
    static FileLocks.Held take(QueueDirectory directory) {
        Path active = directory.top(QueueName.ACTIVE);
        try {
            directory.create(QueueName.ACTIVE);
            Optional<FileLocks.Held> lock = FileLocks.tryExclusive(active);
            if (lock.isPresent()) {
                return lock.get();
            }
            LOG.warn("another queue manager works on {}: waiting until it ends", directory.root());
            return FileLocks.exclusive(active);
        } catch (IOException e) {
            throw new ConfigurationException("queue directory " + active + ": " + FileTrouble.words(e), e);
        }
    }
}
