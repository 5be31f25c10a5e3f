package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The LMDB file of a table that is changed as it is: {@code lmdb}, and {@code hash} and {@code btree}, which are kept in the same form
 * (docs/adr/0015). What Postfix's postmap wrote for hash or btree is taken over first when it is newer. A file that is not there is
 * made.
 *
 * @param source the name of the table, without suffix
 * @param hash the type is hash or btree
 * @param leastRoom lmdb_map_size, bytes
 */
public record ExistingIndex(Path source, boolean hash, long leastRoom) {
    /** Permission bits. */
    public static final int STANDARD_MODE = 0644;

    /** Chooses the permission bits of a file that is made. */
    public interface Mode {
        /**
         * The bits for a new file.
         *
         * @param model the file that is taken over, or else the source; need not be there
         */
        int of(Path model) throws IOException;
    }

    /**
     * Opens the file for one transaction. Call on a platform thread: waits for other writers.
     *
     * @param withEnd how a new file stores keys and values: with a NUL at their end or without; others stay as they are
     */
    public LmdbWriter open(Mode mode, boolean withEnd) throws IOException {
        Path berkeley = IndexChoice.berkeley(source);
        Path index = IndexChoice.lmdb(source);
        boolean takeOver = hash && Files.exists(berkeley) && (!Files.exists(index)
                || Files.getLastModifiedTime(berkeley).compareTo(Files.getLastModifiedTime(index)) > 0);
        Optional<Boolean> present = !takeOver && Files.exists(index) && Files.size(index) > 0
                ? endOfKeys(index)
                : Optional.empty();
        long content = takeOver ? Files.size(berkeley) : 0;
        LmdbWriter writer = LmdbWriter.open(index, mode.of(takeOver ? berkeley : source),
                LmdbWriter.room(index, content, leastRoom), present.orElse(withEnd));
        if (takeOver) {
            try (BerkeleyContents old = BerkeleyContents.open(berkeley, false)) {
                writer.clear(content);
                old.forEach((key, value) -> put(writer, key, value));
            } catch (IOException | TableException e) {
                writer.close();
                throw e;
            }
        }
        return writer;
    }

    private static Optional<Boolean> endOfKeys(Path index) throws IOException {
        try (LmdbContents contents = LmdbContents.open(index, false)) {
            return contents.hasKeysWithEnd();
        }
    }

    private static void put(LmdbWriter writer, String key, String value) {
        try {
            boolean _ = writer.put(key, value, true);
        } catch (IOException e) {
            throw new TableException(e.getMessage() + ": \"" + key + '"');
        }
    }
}
