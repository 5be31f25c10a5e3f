package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The ids that one process may give: of every {@link #LANES} microseconds one is its own as long as it lives. So two processes that take
 * mail in at the same time never give the same id, whatever inode numbers they get, although neither knows what the other has in the
 * journal. Whose a lane is, the lock on a file {@code lane.N} in the journal's directory says. Immutable.
 */
final class IdLane implements Closeable {
    /** As many processes as may take mail in at the same time; one more is refused. */
    static final int LANES = 32;

    private static final int MICROSECOND_DIGITS = 5;
    private static final int HEXADECIMAL = 16;

    private final int number;
    private final Closeable lock;

    private IdLane(int number, Closeable lock) {
        this.number = number;
        this.lock = lock;
    }

    /**
     * Takes the first that is free.
     *
     * @param journal the journal's directory
     * @throws IOException also when none is free
     */
    static IdLane take(Path journal, Disk disk) throws IOException {
        for (int number = 0; number < LANES; number++) {
            Optional<Closeable> lock = disk.lock(file(journal, number));
            if (lock.isPresent()) {
                return new IdLane(number, lock.get());
            }
        }
        throw new IOException(
                LANES + " processes take mail in already, after as many reloads: wait until some have ended");
    }

    private static Path file(Path journal, int number) throws IOException {
        Path file = journal.resolve("lane." + number);
        if (!Files.exists(file)) {
            try {
                Files.createFile(file);
            } catch (FileAlreadyExistsException _) {
                // Another process was faster.
            }
        }
        return file;
    }

    /** True for an id whose microsecond is in this lane. */
    boolean has(QueueId id) {
        return Integer.parseInt(id.hash(MICROSECOND_DIGITS), HEXADECIMAL) % LANES == number;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
