package org.postrider.common.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locks files with flock(2). Such a lock belongs to the open file, not to the process, so that two conversations of one process
 * exclude each other, and Postfix's own programs see it. The kernel drops it when the process ends.
 */
public final class FileLocks {
    private FileLocks() {}

    /** A lock that is held until it is closed. */
    public static final class Held implements Closeable {
        private int descriptor;

        private Held(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public void close() {
            if (descriptor >= 0) {
                Descriptors.close(descriptor);
                descriptor = -1;
            }
        }
    }

    /** A lock that others may share, at once or not at all; empty when somebody has the file for himself. */
    public static Optional<Held> tryShared(Path file) throws IOException {
        return tryLock(file, false);
    }

    /** The file for oneself, at once or not at all; empty when anybody has a lock on it. */
    public static Optional<Held> tryExclusive(Path file) throws IOException {
        return tryLock(file, true);
    }

    /** The file for oneself; waits for the others. Call on a platform thread. */
    public static Held exclusive(Path file) throws IOException {
        return lock(file, true);
    }

    /** A lock that others may share; waits for one who has the file for himself. Call on a platform thread. */
    public static Held shared(Path file) throws IOException {
        return lock(file, false);
    }

    private static Held lock(Path file, boolean exclusive) throws IOException {
        int descriptor = open(file);
        try {
            Inodes.lock(descriptor, exclusive);
            return new Held(descriptor);
        } catch (IOException e) {
            Descriptors.close(descriptor);
            throw e;
        }
    }

    private static Optional<Held> tryLock(Path file, boolean exclusive) throws IOException {
        int descriptor = open(file);
        try {
            if (Inodes.tryLock(descriptor, exclusive)) {
                return Optional.of(new Held(descriptor));
            }
        } catch (IOException e) {
            Descriptors.close(descriptor);
            throw e;
        }
        Descriptors.close(descriptor);
        return Optional.empty();
    }

    static int open(Path file) throws IOException {
        try {
            return Inodes.open(file, Inodes.READ_ONLY, 0);
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                throw (IOException) new NoSuchFileException(file.toString()).initCause(e);
            }
            throw e;
        }
    }
}
