package org.postrider.common.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Messages whose file has another inode number than their id says, because {@link JournalRecovery} wrote them again. A file that gets
 * the old inode number in the right microsecond would be given the same id, and take the message's place; so these ids are not given.
 *
 * <p>The list is a file in the journal's directory, one id on a line, written only while no daemon runs. Immutable.
 */
final class RestoredNames {
    private static final String FILE = "restored";

    private final Set<String> ids;

    private RestoredNames(Set<String> ids) {
        this.ids = Set.copyOf(ids);
    }

    /** No such messages. */
    static RestoredNames none() {
        return new RestoredNames(Set.of());
    }

    /** @param journal the journal's directory */
    static RestoredNames of(Path journal) throws IOException {
        try {
            byte[] lines = Files.readAllBytes(journal.resolve(FILE));
            return new RestoredNames(new String(lines, StandardCharsets.US_ASCII).lines()
                    .filter(line -> QueueId.parse(line).isPresent()).collect(Collectors.toUnmodifiableSet()));
        } catch (NoSuchFileException _) {
            return none();
        }
    }

    boolean contains(QueueId id) {
        return ids.contains(id.text());
    }

    Set<String> ids() {
        return ids;
    }

    /** Replaces the list; durable with the next sync of the file system. */
    static void write(Path journal, Set<String> ids) throws IOException {
        Path file = journal.resolve(FILE);
        if (ids.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        Path fresh = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(fresh);
        ByteBuffer lines = ByteBuffer
                .wrap((String.join("\n", ids) + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (lines.hasRemaining()) {
                int n = out.write(lines);
                assert n >= 0;
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
