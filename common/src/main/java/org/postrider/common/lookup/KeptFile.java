package org.postrider.common.lookup;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.SharedLock;

/**
 * A file that was opened while this process could, and what has become of it since, as far as its descriptor tells: a file that was
 * replaced by another of its name has no name left, and one that was put aside under another name has a newer time of change than
 * of modification. Safe for many threads.
 */
final class KeptFile {
    /** Milliseconds: what changed so recently may be changing now. */
    private static final long AT_REST = 500;

    private final int descriptor;
    private final FileChannel channel;
    private final boolean changedInPlace;
    private FileFingerprint known;
    private final SharedLock lock;

    private KeptFile(int descriptor, FileChannel channel, boolean changedInPlace, FileFingerprint known) {
        this.descriptor = descriptor;
        this.channel = channel;
        this.changedInPlace = changedInPlace;
        this.known = known;
        this.lock = SharedLock.on(descriptor);
    }

    /** Opens a regular file; anything else, a fifo or a device, is not waited for. */
    static KeptFile open(Path path) throws IOException {
        int descriptor = Inodes.open(path, Inodes.READ_ONLY | Inodes.NON_BLOCKING, 0);
        try {
            Inodes.Status status = Inodes.status(descriptor);
            if (!status.isRegularFile()) {
                throw new FileNotFoundException(path.toString());
            }
            // Not by its name, which may lead elsewhere by now.
            FileChannel channel = FileChannel.open(Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ);
            String name = path.toString();
            return new KeptFile(descriptor, channel, name.endsWith(".lmdb") || name.endsWith(".db"),
                    FileFingerprint.of(status));
        } catch (IOException e) {
            Descriptors.close(descriptor);
            throw e;
        }
    }

    /** How it looks now. */
    FileFingerprint look() throws IOException {
        return FileFingerprint.of(Inodes.status(descriptor));
    }

    /** Its bytes; closing what is returned closes nothing here. */
    OpenedFile opened() {
        return new OpenedFile(channel, false);
    }

    /** The lock that all readers here have together; closing it closes nothing. */
    SharedLock lock() {
        return lock;
    }

    /** True when a process that opens the name now may find something else; an index that is changed in place is no reason. */
    synchronized boolean isOutdated(InstantSource clock) throws IOException {
        if (!channel.isOpen()) {
            // A thread was interrupted while it read.
            return true;
        }
        Inodes.Status status = Inodes.status(descriptor);
        FileFingerprint now = FileFingerprint.of(status);
        if (now.equals(known) && status.links() > 0) {
            return false;
        }
        long age = clock.millis() - now.changed().toMillis();
        if (age >= 0 && age < AT_REST) {
            return false;
        }
        boolean written = !now.modified().equals(known.modified());
        if (status.links() > 0 && written && changedInPlace) {
            known = now;
            return false;
        }
        return true;
    }

    void close() throws IOException {
        Descriptors.close(descriptor);
        channel.close();
    }
}
