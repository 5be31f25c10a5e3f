package org.postrider.master;

import java.nio.file.Path;
import java.time.Duration;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that lives as long as any process of this mail system: master takes it and hands the open file to every daemon. When
 * master is killed its daemons still hold it while they finish, and a new master waits here, so that two queue managers are
 * never at work on one queue.
 */
final class DaemonsLock {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonsLock.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);
    private static final int STEP_MILLIS = 20;
    private static final int OWNER_ONLY = 0600;

    private final int descriptor;

    private DaemonsLock(int descriptor) {
        this.descriptor = descriptor;
    }

    static DaemonsLock take(Path file) throws PosixException {
        int descriptor = Inodes.open(file, Inodes.READ_WRITE | Inodes.CREATE, OWNER_ONLY);
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        boolean told = false;
        while (!Inodes.tryLock(descriptor, true)) {
            if (!told) {
                LOG.warn("waiting for processes of a master that has gone");
                told = true;
            }
            if (System.nanoTime() - end >= 0) {
                LOG.warn("processes of a master that has gone do not leave -- starting anyway");
                break;
            }
            Poll.await(new int[0], new int[0], STEP_MILLIS);
        }
        return new DaemonsLock(descriptor);
    }

    int descriptor() {
        return descriptor;
    }

    void close() {
        Descriptors.close(descriptor);
    }
}
