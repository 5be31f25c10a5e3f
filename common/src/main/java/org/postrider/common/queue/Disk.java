package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the journal needs of a file system and {@link java.nio.file} does not have. Everything else in this room goes through
 * {@link Path} and {@link java.nio.file.Files}, whose provider is the seam at which a simulated file system stands in.
 */
public interface Disk {
    /** Takes hold of the file system that a directory is on. */
    Mounted mounted(Path directory) throws IOException;

    /** The file for oneself, at once or not at all; the end of the process gives it back, too. */
    Optional<Closeable> lock(Path file) throws IOException;

    /** A file system in use. Any thread. */
    interface Mounted extends Closeable {
        /**
         * Waits until everything written before, in whichever file, and every name made, changed or removed before, is on stable
         * storage.
         *
         * @throws IOException when that is not known; also for a write that failed at any time since this object was made
         */
        void sync() throws IOException;

        /**
         * Names this life of the file system. As long as the answer is the same, what any process wrote can still be read, synced or
         * not: only processes have died. Another answer says that what was not synced may be lost.
         */
        String incarnation() throws IOException;
    }
}
