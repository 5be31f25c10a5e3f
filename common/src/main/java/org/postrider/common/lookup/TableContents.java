package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Path;

/** What was read from one version of a table's file; does not change. */
interface TableContents {
    LookupResult find(String key);

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
