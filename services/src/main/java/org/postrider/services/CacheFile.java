package org.postrider.services;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache on disk: lines {@code key TAB value}, of which the last for a key counts, and one without a value takes it back.
 * States and acts: a line is appended by one write(2), and one that a crash cut short is passed over by the reader; the file is
 * rewritten beside itself and renamed, so that there is always one that is whole. Nothing is fsynced, because everything in it
 * can be found out again. Trouble with the disk is logged, and the cache goes on in memory.
 *
 * <p>The directory is opened once and files are found through it (openat(2)), so that a change of the root directory in between
 * does not matter. One thread at a time.
 */
final class CacheFile {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFile.class);
    private static final int LONGEST_LINE = 8192;

    private final Optional<SecureDirectoryStream<Path>> directory;
    private final Path name;
    private @Nullable Writer out;
    private long lines;

    /**
     * A file that is there or will be.
     *
     * @param directory from {@link #directory}; empty for a cache in memory only
     */
    CacheFile(Optional<SecureDirectoryStream<Path>> directory, String name) {
        this.directory = directory;
        this.name = Path.of(name);
    }

    /** Opens a directory for files in it; empty, and logged, when that can't be done. It stays open as long as the process. */
    @SuppressWarnings("StreamResourceLeak")
    static Optional<SecureDirectoryStream<Path>> directory(Path path) {
        try {
            DirectoryStream<Path> stream = Files.newDirectoryStream(path);
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                return Optional.of(secure);
            }
            stream.close();
            LOG.warn("directory {}: files can't be found through it", path);
        } catch (IOException e) {
            LOG.warn("open directory {}: {}", path, FileWords.of(e));
        }
        return Optional.empty();
    }

    /** Lines in the file, outdated ones included. */
    long lines() {
        return lines;
    }

    /** Reads everything, in the order in which it was written. */
    void read(BiConsumer<String, String> taker) {
        if (directory.isEmpty()) {
            return;
        }
        try (BufferedReader in = new BufferedReader(Channels.newReader(
                directory.get().newByteChannel(name, Set.of(StandardOpenOption.READ)),
                StandardCharsets.ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int tab = line.indexOf('\t');
                if (tab > 0 && line.length() <= LONGEST_LINE) {
                    taker.accept(line.substring(0, tab), line.substring(tab + 1));
                }
                lines++;
            }
        } catch (NoSuchFileException _) {
            // The first time.
        } catch (UncheckedIOException e) {
            LOG.warn("read cache {}: {}", name, FileWords.of(Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            LOG.warn("read cache {}: {}", name, FileWords.of(e));
        }
    }

    /** Adds or replaces one entry. */
    void append(String key, String value) {
        if (directory.isEmpty() || !isFit(key, value)) {
            return;
        }
        try {
            Writer writer = out;
            if (writer == null) {
                writer = open(directory.get(), name, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                out = writer;
            }
            writer.write(key + '\t' + value + '\n');
            writer.flush();
            lines++;
        } catch (IOException e) {
            failed(e);
            close();
        }
    }

    private void failed(IOException e) {
        LOG.warn("write cache {}: {}", name, FileWords.of(e));
    }

    private static boolean isFit(String key, String value) {
        return key.length() + value.length() < LONGEST_LINE && (key + value).chars().allMatch(c -> c >= ' ');
    }

    private static BufferedWriter open(SecureDirectoryStream<Path> where, Path file, OpenOption... options)
            throws IOException {
        return new BufferedWriter(Channels.newWriter(
                where.newByteChannel(file, Set.of(options),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                StandardCharsets.ISO_8859_1));
    }

    /** Replaces the whole file by what this writes. */
    void rewrite(Consumer<BiConsumer<String, String>> content) {
        if (directory.isEmpty()) {
            return;
        }
        close();
        SecureDirectoryStream<Path> where = directory.get();
        Path whole = Path.of(name + ".tmp");
        try {
            lines = 0;
            try (BufferedWriter writer = open(where, whole, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                content.accept((key, value) -> {
                    try {
                        if (isFit(key, value)) {
                            writer.write(key + '\t' + value + '\n');
                            lines++;
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
            where.move(whole, where, name);
        } catch (UncheckedIOException e) {
            failed(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Closes the file; it is opened again when there is something to add. */
    void close() {
        Writer open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("close cache {}", name, e);
            }
        }
    }
}
