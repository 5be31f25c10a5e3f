package org.postrider.common.lookup;

import java.io.IOException;
import java.util.function.BiConsumer;

/**
 * An index file of keys and values: lmdb, Berkeley DB, cdb. What a file holds is not trusted: a damaged one answers
 * {@link LookupResult.Unavailable}, never something wrong, and no loop in it keeps a thread.
 */
public interface IndexContents extends TableContents {
    /**
     * Hands on every key with its value, in the order of the file.
     *
     * @throws IOException when the file is damaged
     */
    void forEach(BiConsumer<String, String> entry) throws IOException;
}
