package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The values of {@code queue_commit}: what is synced before a message is acknowledged. */
public enum CommitSetting {
    /** The message's own file, as Postfix does. */
    FSYNC,
    /** The journal that messages of the same moment share. */
    JOURNAL;

    /** The value with this name, in lower case. */
    public static Optional<CommitSetting> of(String name) {
        for (CommitSetting one : values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /**
     * Makes what commits messages in this queue; {@link QueueCommit#stop} ends it.
     */
    public QueueCommit open(Path queueDirectory) throws IOException {
        QueueCommit alone = FsyncCommit.together();
        Path journal = queueDirectory.resolve(Journal.DIRECTORY);
        return switch (this) {
            case FSYNC -> hasFiles(journal) ? JournalCommit.emptying(queueDirectory, alone) : alone;
            case JOURNAL -> {
                Files.createDirectories(journal);
                yield JournalCommit.open(queueDirectory, alone);
            }
        };
    }

    private static boolean hasFiles(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            return files.iterator().hasNext();
        } catch (NoSuchFileException _) {
            return false;
        }
    }
}
