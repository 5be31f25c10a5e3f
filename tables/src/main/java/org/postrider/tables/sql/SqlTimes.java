package org.postrider.tables.sql;

import java.time.Duration;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.HostPool;

/** Time limits of SQL tables. */
final class SqlTimes {
    /** How long connecting and one answer may take, unless the setting {@code timeout} (extension) says otherwise. */
    static final int LIMIT_SECONDS = 10;

    private SqlTimes() {}

    static HostPool.Times read(DatabaseSettings settings) {
        return new HostPool.Times(Duration.ofSeconds(settings.number("idle_interval", 60, 1)),
                Duration.ofSeconds(settings.number("retry_interval", 60, 1)));
    }
}
