package org.postrider.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/** The socket {@code private/control} that daemons connect to while they still have master's own rights. */
final class ControlListener implements AutoCloseable {
    private static final int OWNER_ONLY = 0600;
    private static final int BACKLOG = 128;

    private final Path path;
    private final int descriptor;

    private ControlListener(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    static ControlListener bind(Path queueDirectory) {
        Path path = queueDirectory.resolve("private/control");
        try {
            Files.deleteIfExists(path);
            int descriptor = Sockets.listenUnix(path, BACKLOG);
            Inodes.chmod(path, OWNER_ONLY);
            Descriptors.blocking(descriptor, false);
            return new ControlListener(path, descriptor);
        } catch (IOException e) {
            throw new ConfigurationException("bind " + path + ": " + e.getMessage(), e);
        }
    }

    Path path() {
        return path;
    }

    int descriptor() {
        return descriptor;
    }

    /** The next connection, if somebody waits. */
    OptionalInt accept() throws PosixException {
        try {
            return OptionalInt.of(Sockets.accept(descriptor));
        } catch (PosixException e) {
            if (e.errno() == Errno.EAGAIN) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        Descriptors.close(descriptor);
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // The next master deletes it.
        }
    }
}
