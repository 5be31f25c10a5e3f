package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.LmdbEnvironment;

/**
 * Writes LMDB files in place, in one transaction (docs/adr/0015): those who read meanwhile see what was there before. What a new table
 * begins with is gathered and stored in the order of the keys: then each page of the tree is written once and full. What is more than
 * memory has room for is stored as it comes.
 */
public final class LmdbWriter implements IndexWriter {
    /** Bytes; the library's limit. A key with a NUL at its end may be one shorter. */
    private static final int LONGEST_KEY = 511;
    private static final long SPARE = 1L << 30;
    private static final long MOST_GATHERED = Runtime.getRuntime().maxMemory() * 3 / 8;

    private final LmdbEnvironment environment;
    private final boolean withEnd;
    private @Nullable CompactMap gathered;

    private LmdbWriter(LmdbEnvironment environment, boolean withEnd) {
        this.environment = environment;
        this.withEnd = withEnd;
    }

    /**
     * Opens a file, which is made when it is not there. Call on a platform thread: waits for other writers.
     *
     * @param mode permission bits of a file that is made
     * @param mapSize to how many bytes the file may grow
     * @param withEnd store a NUL at the end of keys and values
     */
    public static LmdbWriter open(Path file, int mode, long mapSize, boolean withEnd) throws IOException {
        return new LmdbWriter(LmdbEnvironment.open(file, mode, mapSize), withEnd);
    }

    /**
     * To how many bytes a file may grow: room for addresses, not memory.
     *
     * @param content bytes of what is going to be stored, about
     * @param least lmdb_map_size
     */
    public static long room(Path file, long content, long least) throws IOException {
        long present = Files.exists(file) ? Files.size(file) : 0;
        return Math.max(least, 2 * present + 8 * content) + SPARE;
    }

    /**
     * Removes all entries.
     *
     * @param expected bytes of what will come in their place, about
     */
    public void clear(long expected) throws IOException {
        environment.clear();
        gathered = new CompactMap(
                (int) Math.min(Math.min(MOST_GATHERED, Integer.MAX_VALUE / 2), 2 * expected + LONGEST_KEY));
    }

    @Override
    public boolean put(String key, String value, boolean replace) throws IOException {
        CompactMap first = gathered;
        // A key that can't be is for the library to refuse.
        boolean fits = !key.isEmpty() && key.length() < LONGEST_KEY;
        if (first != null && fits && first.hasRoomFor(key, value)) {
            return first.put(key, value, replace);
        }
        storeGathered();
        return environment.put(stored(key, withEnd), stored(value, withEnd), replace);
    }

    /** Removes a key, with or without a NUL at its end; false when it is not there. */
    public boolean remove(String key) throws IOException {
        storeGathered();
        return (!key.isEmpty() && environment.remove(stored(key, false))) || environment.remove(stored(key, true));
    }

    private void storeGathered() throws IOException {
        CompactMap first = gathered;
        gathered = null;
        if (first != null) {
            first.forEachSorted((key, value) -> environment.append(stored(key, withEnd), stored(value, withEnd)));
        }
    }

    static byte[] stored(String text, boolean withEnd) {
        return stored(MappedFile.bytes(text), withEnd);
    }

    private static byte[] stored(byte[] bytes, boolean withEnd) {
        return withEnd ? Arrays.copyOf(bytes, bytes.length + 1) : bytes;
    }

    @Override
    public void commit() throws IOException {
        storeGathered();
        environment.commit();
    }

    @Override
    public void close() {
        environment.close();
    }
}
