package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the files of a queue, at any depth of hashing, in the order the file system gives them. A file that comes or goes
 * during the pass may be seen or missed. Names that are not queue ids (files still being created) are left out.
 */
public final class QueueScan implements Closeable {
    private static final int DEEPEST = 16;

    private final Deque<Level> levels = new ArrayDeque<>();

    /** A file found in the queue. */
    public record Entry(QueueId id, Path path) {}

    private record Level(DirectoryStream<Path> stream, Iterator<Path> names) {}

    /** Begins at this directory, which need not be one of {@link QueueDirectory}. */
    public QueueScan(Path top) throws IOException {
        enter(top);
    }

    // The stream lives as long as its level: next() and close() end it.
    @SuppressWarnings("StreamResourceLeak")
    private void enter(Path directory) throws IOException {
        try {
            DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
            levels.push(new Level(stream, stream.iterator()));
        } catch (NoSuchFileException _) {
            // An empty hash directory went away, or the queue has never been used.
        }
    }

    /** The next file; empty when there is none left. */
    public Optional<Entry> next() throws IOException {
        while (true) {
            Level level = levels.peek();
            if (level == null) {
                return Optional.empty();
            }
            Path path = nextName(level);
            if (path == null) {
                level.stream.close();
                levels.pop();
                continue;
            }
            String name = String.valueOf(path.getFileName());
            // Only names of one character can be hash directories: this spares a stat(2) per message.
            if (name.length() == 1 && levels.size() < DEEPEST
                    && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                enter(path);
                continue;
            }
            Optional<QueueId> id = QueueId.parse(name);
            if (id.isPresent()) {
                return Optional.of(new Entry(id.get(), path));
            }
        }
    }

    private static @Nullable Path nextName(Level level) throws IOException {
        try {
            return level.names.hasNext() ? level.names.next() : null;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        while (!levels.isEmpty()) {
            levels.pop().stream.close();
        }
    }
}
