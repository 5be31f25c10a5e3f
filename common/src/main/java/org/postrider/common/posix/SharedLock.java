package org.postrider.common.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One open file, and the shared lock of flock(2) that its readers in this process have together: the lock belongs to the open file, so
 * the first reader takes it and the last one gives it back. Safe for many threads.
 */
public final class SharedLock implements Closeable {
    private final int descriptor;
    private final Owned file;
    private int readers;

    private SharedLock(int descriptor, Runnable free) {
        this.descriptor = descriptor;
        this.file = Owned.by(this, free);
    }

    /** Opens a file for its lock; it is closed with this object, or when nobody can reach it any more. */
    public static SharedLock open(Path path) throws IOException {
        int descriptor = FileLocks.open(path);
        return new SharedLock(descriptor, () -> Descriptors.close(descriptor));
    }

    /** On a file that the caller has opened, and closes. */
    public static SharedLock on(int descriptor) {
        return new SharedLock(descriptor, () -> {
        });
    }

    /** The lock, at once or not at all; closing what is returned gives it back. */
    public synchronized Optional<Closeable> tryShared() throws IOException {
        if (readers == 0 && !Inodes.tryLock(descriptor, false)) {
            return Optional.empty();
        }
        readers++;
        return Optional.of(this::giveBack);
    }

    private synchronized void giveBack() throws IOException {
        readers--;
        if (readers == 0) {
            Inodes.unlock(descriptor);
        }
    }

    @Override
    public void close() {
        file.free();
    }
}
