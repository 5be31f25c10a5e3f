package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.postrider.common.posix.LmdbEnvironment;

/** Writes LMDB files in place, in one transaction (docs/adr/0015): those who read meanwhile see what was there before. */
public final class LmdbWriter implements IndexWriter {
    private final LmdbEnvironment environment;
    private final boolean withEnd;

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

    /** Removes all entries. */
    public void clear() throws IOException {
        environment.clear();
    }

    @Override
    public boolean put(String key, String value, boolean replace) throws IOException {
        return environment.put(stored(key, withEnd), stored(value, withEnd), replace);
    }

    /** Removes a key, with or without a NUL at its end; false when it is not there. */
    public boolean remove(String key) throws IOException {
        return (!key.isEmpty() && environment.remove(stored(key, false))) || environment.remove(stored(key, true));
    }

    static byte[] stored(String text, boolean withEnd) {
        byte[] bytes = MappedFile.bytes(text);
        return withEnd ? Arrays.copyOf(bytes, bytes.length + 1) : bytes;
    }

    @Override
    public void commit() throws IOException {
        environment.commit();
    }

    @Override
    public void close() {
        environment.close();
    }
}
