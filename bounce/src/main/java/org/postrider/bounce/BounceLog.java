package org.postrider.bounce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;

/**
 * One log file of one message: {@code bounce/ID}, {@code defer/ID}, {@code trace/ID}.
 *
 * <p>The one act of {@link #append}: one write at the end, then fsync. A crash before it leaves the log as it was and the recipient
 * not done, so that it is tried again; a crash in the middle can leave a part of an entry, which the reader takes as far as it goes,
 * and the entry comes again. {@link #remove} follows the letter: a crash between the two sends the letter twice, never not at all.
 *
 * <p>Blocks on the disk: call on file-work threads.
 */
final class BounceLog {
    private final QueueDirectory directory;
    private final LogKind kind;
    private final Path path;

    BounceLog(QueueDirectory directory, LogKind kind, QueueId id) {
        this.directory = directory;
        this.kind = kind;
        this.path = directory.path(kind.queue(), id);
    }

    /**
     * Adds one entry.
     *
     * @param time when it happened
     * @param withOldForm write the line for very old readers too (backwards_bounce_logfile_compatibility)
     */
    void append(BounceRequest.Entry entry, Instant time, boolean withOldForm) throws IOException {
        boolean made = !Files.exists(path);
        try (FileChannel file = open()) {
            try (FileLocks.Held _ = FileLocks.exclusive(path)) {
                long before = file.size();
                try {
                    write(file, LogText.of(entry, time, withOldForm));
                    file.force(true);
                } catch (IOException e) {
                    file.truncate(before);
                    throw e;
                }
            }
        }
        if (made) {
            syncParent();
        }
    }

    private FileChannel open() throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            return FileChannel.open(path, options, ownerOnly);
        } catch (NoSuchFileException _) {
            directory.makeParent(path);
            return FileChannel.open(path, options, ownerOnly);
        }
    }

    private static void write(FileChannel file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private void syncParent() throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** The entries in the order they were added; none when there is no log. Nobody may append meanwhile. */
    LogEntries entries() {
        return () -> {
            try {
                return LogText.reader(Files.newBufferedReader(path, StandardCharsets.ISO_8859_1), kind);
            } catch (NoSuchFileException _) {
                return () -> null;
            }
        };
    }

    /** Removes the file, if it is there. */
    void remove() throws IOException {
        Files.deleteIfExists(path);
    }
}
