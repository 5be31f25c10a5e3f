package org.postrider.tables.sql;

import java.nio.file.Path;
import org.postrider.tables.LocalSocketFactory;

/** PostgreSQL's driver makes the factory by its name. */
public final class PgsqlSocketFactory extends LocalSocketFactory {
    /**
     * As the driver makes it.
     *
     * @param path of the socket, from the driver's option socketFactoryArg
     */
    public PgsqlSocketFactory(String path) {
        super(Path.of(path));
    }
}
