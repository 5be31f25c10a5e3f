package org.postrider.common.lookup;

import java.io.Closeable;
import java.io.IOException;

/**
 * Writes an index file of keys and values; nobody sees anything of it before {@link #commit}, and then all of it. Closing without
 * commit leaves the file that was there. Keys and values are stored as they are. One thread, of a command.
 */
public interface IndexWriter extends Closeable {
    /**
     * Stores a value.
     *
     * @param replace what the key has is replaced
     * @return false, and nothing is done, when the key has a value that is to stay
     * @throws IOException when the file can't take it
     */
    boolean put(String key, String value, boolean replace) throws IOException;

    /** Puts the new content in the place of the old, at once and durably. */
    void commit() throws IOException;
}
