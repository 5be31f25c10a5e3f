package org.postrider.common.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file as it was at one moment. A file that is replaced by another one meanwhile is read as the one or the
 * other; one that is written in place is read again when it has changed meanwhile. What can't come to an end (a device, a pipe)
 * is refused.
 */
final class WholeFile {
    private static final long LONGEST = 64L * 1024 * 1024;
    private static final int MOST_TRIES = 20;
    private static final Path NOTHING = Path.of("/dev/null");

    private WholeFile() {}

    /** The content, one char for one byte. */
    static String read(Path file) {
        try {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                Optional<String> content = tryToRead(file);
                if (content.isPresent()) {
                    return content.get();
                }
            }
            throw failure("read", file, "it changes all the time", null);
        } catch (NoSuchFileException e) {
            throw failure("open", file, "No such file or directory", e);
        } catch (AccessDeniedException e) {
            throw failure("open", file, "Permission denied", e);
        } catch (IOException e) {
            throw failure("read", file, String.valueOf(e.getMessage()), e);
        }
    }

    /** Empty when the file has changed meanwhile. */
    private static Optional<String> tryToRead(Path file) throws IOException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
        // An open of a pipe would wait for somebody who writes.
        if (before.isDirectory()) {
            throw failure("read", file, "Is a directory", null);
        }
        if (before.isOther() && !file.toRealPath().equals(NOTHING)) {
            throw failure("read", file, "it is no regular file", null);
        }
        if (before.size() > LONGEST) {
            throw failure("read", file, "it has more than " + LONGEST + " bytes", null);
        }
        String content = read(file, (int) before.size());
        BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
        boolean steady = before.lastModifiedTime().equals(after.lastModifiedTime()) && before.size() == after.size()
                && before.size() == content.length();
        return steady ? Optional.of(content) : Optional.empty();
    }

    private static String read(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(size + 1);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Until the end, or until the file turns out to be longer than it was.
            }
            return StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
        }
    }

    private static ConfigurationException failure(String act, Path file, String reason,
            @Nullable Throwable cause) {
        String message = act + " " + file + ": " + reason;
        return cause == null ? new ConfigurationException(message) : new ConfigurationException(message, cause);
    }
}
