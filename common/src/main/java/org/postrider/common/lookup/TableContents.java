package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Path;

/** What was read from one version of a table's file; does not change. */
interface TableContents extends AutoCloseable {
    LookupResult find(String key);

    /** See {@link LookupTable#find(KeyBlock)}. */
    default void find(KeyBlock block) {}

    /** Gives memory back that is quickly had again; called now and then while lookups go on. */
    default void release() {}

    /** Frees what lies outside of Java's memory; called once, when no lookup is at work here and none will come. */
    @Override
    default void close() {}

    /** Makes contents from a file. */
    interface Loader {
        /**
         * Reads the whole file.
         *
         * @throws IOException when the file can't be read
         */
        TableContents load(Path file) throws IOException;
    }
}
