package org.postrider.tables.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.HostPool;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/** Type {@code sqlite}: a file of SQLite, opened for reading only; sqlite_table(5). */
public final class SqliteType implements TableType {
    private static final int BUSY_MILLIS = 5000;

    @Override
    public LookupTable open(String title, String name, Tables tables) {
        DatabaseSettings settings = DatabaseSettings.read(name, tables);
        String path = settings.needed("dbpath");
        SqlSearch.Query query = SqlSearch.Query.read(settings, SqlDialect.SQLITE);
        Path file = tables.settings().directory().resolve(path);
        HostPool<SqlSession> pool = new HostPool<>(List.of(new HostPool.Host(path, true)),
                new Opening(settings.source(), file),
                new HostPool.Times(Duration.ofSeconds(60), Duration.ofSeconds(1)),
                tables.settings().clock(), Optional.of(tables.settings().random()), tables.settings().complaints());
        return DatabaseTable.of(title, settings, tables, new SqlSearch(query, pool));
    }

    /** Opens the file. */
    private record Opening(String source, Path file) implements HostPool.Driver<SqlSession> {
        @Override
        public SqlSession connect(HostPool.Host host) throws SQLException {
            if (!Files.exists(file)) {
                throw new SQLException("unable to open database file: No such file or directory");
            }
            SQLiteConfig config = new SQLiteConfig();
            config.resetOpenMode(SQLiteOpenMode.READWRITE);
            config.resetOpenMode(SQLiteOpenMode.CREATE);
            config.setOpenMode(SQLiteOpenMode.READONLY);
            config.setBusyTimeout(BUSY_MILLIS);
            return new SqlSession(new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), config.toProperties()),
                    false, origin());
        }

        /** Which file it is: empty when there is none. */
        private String origin() {
            try {
                return String.valueOf(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
            } catch (IOException _) {
                return "";
            }
        }

        @Override
        public boolean isStale(SqlSession session) {
            return !session.origin().equals(origin());
        }

        @Override
        public boolean isBroken(SqlSession session, Exception failure) {
            return true;
        }

        @Override
        public String connectComplaint(HostPool.Host host, String reason) {
            return "dict_sqlite_open: " + source + ": Can't open database: " + reason;
        }

        @Override
        public String queryComplaint(HostPool.Host host, String reason) {
            return "dict_sqlite_lookup: " + source + ": SQL prepare failed: " + reason;
        }
    }
}
