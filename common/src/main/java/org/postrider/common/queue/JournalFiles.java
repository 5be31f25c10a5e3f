package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments in the journal's directory, whoever has them. Any thread; locks decide whose a segment is. */
record JournalFiles(Path directory, Disk disk, long segmentBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
    private static final int DIGITS = 4;
    private static final int GREATEST = 9999;

    /** All segments in the order of their names. */
    List<Path> all() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isName(String.valueOf(file.getFileName()))) {
                    found.add(file);
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        return found;
    }

    private static boolean isName(String name) {
        return name.length() == DIGITS && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Opens a segment; empty when somebody else has it, or it has just gone. */
    Optional<JournalSegment> open(Path path) throws IOException {
        try {
            return JournalSegment.open(path, disk);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /**
     * An empty segment that nobody has, made when there is none.
     *
     * @param own segments of the caller, which are not looked at
     */
    JournalSegment takeEmpty(Set<Path> own, String incarnation) throws IOException {
        for (Path path : all()) {
            Optional<JournalSegment> segment = own.contains(path) ? Optional.empty() : open(path);
            if (segment.isPresent()) {
                if (segment.get().takeEmpty(incarnation)) {
                    return segment.get();
                }
                segment.get().close();
            }
        }
        return create(incarnation);
    }

    private JournalSegment create(String incarnation) throws IOException {
        for (int number = 1; number <= GREATEST; number++) {
            Path path = directory.resolve("0".repeat(DIGITS - Integer.toString(number).length()) + number);
            try {
                if (!Files.exists(path)) {
                    return JournalSegment.create(path, segmentBytes, disk, incarnation);
                }
            } catch (FileAlreadyExistsException _) {
                // Another process came first.
            }
        }
        throw new IOException("too many files in " + directory);
    }

    /** Says that the file system could not write all it was given: until the next recovery nobody empties what others left. */
    void markFailed() {
        try {
            try {
                Files.move(soundness(), failure(), StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException _) {
                Files.createFile(failure());
            }
        } catch (FileAlreadyExistsException _) {
            // Said already.
        } catch (IOException e) {
            LOG.error("journal: can't create {}: {}", failure(), FileWords.of(e));
        }
    }

    /** Makes the file whose renaming says that the file system failed: there may be no room for one then. */
    void prepareMark() throws IOException {
        if (!isFailed() && Files.isDirectory(directory)) {
            try {
                Files.createFile(soundness());
            } catch (FileAlreadyExistsException _) {
                // It stands there.
            }
        }
    }

    boolean isFailed() {
        return Files.exists(failure());
    }

    /** After a recovery. */
    void forgetFailure() throws IOException {
        if (isFailed()) {
            Files.move(failure(), soundness(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path soundness() {
        return directory.resolve("sound");
    }

    private Path failure() {
        return directory.resolve("failed");
    }
}
