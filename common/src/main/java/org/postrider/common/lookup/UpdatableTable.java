package org.postrider.common.lookup;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A table that programs change while they use it: the caches of verify(8) and postscreen(8). Safe for many threads. */
public interface UpdatableTable extends LookupTable {
    /** Stores a value, in place of any earlier one. */
    void put(String key, String value) throws IOException;

    /** Removes a key; false when the table did not have it. */
    boolean remove(String key) throws IOException;

    /**
     * The entry that follows this key in the table's own order, the first one for an empty key; empty at the end. The key need
     * not be there any more.
     */
    Optional<Map.Entry<String, String>> after(Optional<String> key) throws IOException;
}
