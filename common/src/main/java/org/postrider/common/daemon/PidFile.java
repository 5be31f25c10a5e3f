package org.postrider.common.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;

/**
 * A lock file with the owner's process id, right-aligned in 32 columns as Postfix writes it. The lock (flock(2), exclusive) and
 * not the file says that a master runs: the kernel drops it when the process ends, the file stays.
 */
public final class PidFile implements AutoCloseable {
    private static final int COLUMNS = 32;
    private static final int OWNER_ONLY = 0600;

    private final int descriptor;

    private PidFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /** True when somebody holds the lock. */
    public static boolean isLocked(Path file) throws PosixException {
        int descriptor;
        try {
            descriptor = Inodes.open(file, Inodes.READ_WRITE, 0);
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
        try {
            return !Inodes.tryLock(descriptor, true);
        } finally {
            Descriptors.close(descriptor);
        }
    }

    /**
     * Takes the lock or fails as Postfix does.
     *
     * @param shown the file's name in the message
     */
    public static PidFile lock(Path file, String shown) {
        try {
            int descriptor = Inodes.open(file, Inodes.READ_WRITE | Inodes.CREATE, OWNER_ONLY);
            if (!Inodes.tryLock(descriptor, true)) {
                Descriptors.close(descriptor);
                throw new ConfigurationException("open lock file " + shown
                        + ": unable to set exclusive lock: Resource temporarily unavailable");
            }
            return new PidFile(descriptor);
        } catch (PosixException e) {
            throw new ConfigurationException("open lock file " + shown + ": cannot open file: " + e.getMessage(), e);
        }
    }

    /** Gives the file to an account, as data_directory is written by mail_owner. */
    public void giveTo(int uid, int gid) throws PosixException {
        Inodes.chown(descriptor, uid, gid);
    }

    /** The process id in a lock file, if there is one. */
    public static OptionalInt read(Path file) {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(file, StandardCharsets.US_ASCII).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    /** Writes the process id. */
    public void write(int pid) throws PosixException {
        Inodes.truncate(descriptor, 0);
        String text = " ".repeat(COLUMNS - Integer.toString(pid).length()) + pid + "\n";
        Descriptors.write(descriptor, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Drops the lock. */
    @Override
    public void close() {
        Descriptors.close(descriptor);
    }
}
