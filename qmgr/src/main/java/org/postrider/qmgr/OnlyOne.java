package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.FileWords;
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
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private OnlyOne() {}

    /**
     * Waits until this is the only one. Blocks.
     *
     * @throws ConfigurationException when the other one stays; master tries again
     */
    static FileLocks.Held take(QueueDirectory directory) {
        Path active = directory.top(QueueName.ACTIVE);
        try {
            directory.create(QueueName.ACTIVE);
            long end = System.nanoTime() + PATIENCE.toNanos();
            Optional<FileLocks.Held> lock = FileLocks.tryExclusive(active);
            if (lock.isEmpty()) {
                LOG.warn("another queue manager works on {}: waiting until it ends", directory.root());
            }
            while (lock.isEmpty() && System.nanoTime() < end) {
                LockSupport.parkNanos(PAUSE.toNanos());
                lock = FileLocks.tryExclusive(active);
            }
            if (lock.isEmpty()) {
                throw new ConfigurationException("another queue manager works on " + directory.root());
            }
            return lock.get();
        } catch (IOException e) {
            throw new ConfigurationException("queue directory " + active + ": " + FileWords.of(e), e);
        }
    }
}
