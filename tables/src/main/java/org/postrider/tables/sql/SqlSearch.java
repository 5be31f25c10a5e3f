package org.postrider.tables.sql;

import java.io.InterruptedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.postrider.common.lookup.LookupResult;
import org.postrider.tables.DatabaseException;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.HostPool;
import org.postrider.tables.KeyTemplate;
import org.postrider.tables.LookupKey;
import org.postrider.tables.ResultText;

/** One query for one key: every column of every row is a value, of SQLite's rows the first, as with Postfix. */
final class SqlSearch implements DatabaseTable.Search {
    /** A query that returns so many rows for one key has forgotten its WHERE. */
    private static final int MOST_ROWS = 100_000;
    private static final int ROWS_AT_A_TIME = 100;

    /**
     * What is asked, and what becomes of the answer.
     *
     * @param needsResult require_result_set: false when a statement without any result means that nothing was found
     * @param columns how many columns of a row count at most
     */
    record Query(SqlTemplate template, KeyTemplate format, int limit, boolean needsResult, int columns) {
        /** Reads query, or the parameters that it was put together from before Postfix 2.2. */
        static Query read(DatabaseSettings settings, SqlDialect dialect) {
            String text = settings.text("query", "");
            if (text.isEmpty() && dialect == SqlDialect.PGSQL && !settings.text("select_function", "").isEmpty()) {
                text = "SELECT " + settings.text("select_function", "") + "('%s')";
            }
            if (text.isEmpty()) {
                String table = settings.needed("table");
                String select = settings.needed("select_field");
                String where = settings.needed("where_field");
                text = "SELECT " + select + " FROM " + table + " WHERE " + where + "='%s' "
                        + settings.text("additional_conditions", "");
            }
            return new Query(new SqlTemplate(KeyTemplate.ofQuery(text, settings.place("query")), dialect),
                    KeyTemplate.ofResult(settings.text("result_format", "%s"), settings.place("result_format")),
                    settings.number("expansion_limit", 0, 0), settings.flag("require_result_set", true),
                    dialect == SqlDialect.SQLITE ? 1 : Integer.MAX_VALUE);
        }
    }

    private final Query query;
    private final HostPool<SqlSession> pool;

    SqlSearch(Query query, HostPool<SqlSession> pool) {
        this.query = query;
        this.pool = pool;
    }

    @Override
    public LookupResult find(LookupKey key) throws DatabaseException {
        // Whether the key can be in the table at all is not the server's business.
        if (!query.format.fits(key) || query.template.expand(key, true).isEmpty()) {
            return LookupResult.NOT_FOUND;
        }
        return pool.ask(session -> ask(session, key));
    }

    private LookupResult ask(SqlSession session, LookupKey key) throws SQLException, DatabaseException {
        Optional<String> sql = query.template.expand(key, session.backslashes());
        if (sql.isEmpty()) {
            return LookupResult.NOT_FOUND;
        }
        try (Statement statement = session.connection().createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setFetchSize(ROWS_AT_A_TIME);
            if (!statement.execute(sql.get())) {
                if (query.needsResult) {
                    throw new SQLException("query failed: no result set");
                }
                return LookupResult.NOT_FOUND;
            }
            ResultText text = new ResultText(query.format, key, query.limit);
            try (ResultSet rows = statement.getResultSet()) {
                read(rows, query.columns, text);
            }
            return text.result();
        }
    }

    private static void read(ResultSet rows, int most, ResultText text) throws SQLException, DatabaseException {
        int columns = Math.min(most, rows.getMetaData().getColumnCount());
        for (int count = 0; rows.next(); count++) {
            if (count == MOST_ROWS) {
                throw new DatabaseException("more than " + MOST_ROWS + " rows");
            }
            for (int column = 1; column <= columns; column++) {
                String value = rows.getString(column);
                if (value != null) {
                    text.add(value);
                }
            }
        }
    }

    /** Whether this failure is the connection's, not the statement's: SQLSTATE classes 08 and 57P, or a time limit. */
    static boolean isBroken(SqlSession session, Exception failure) {
        if (!(failure instanceof SQLException e)) {
            return true;
        }
        String state = e.getSQLState();
        if (state == null || state.startsWith("08") || state.startsWith("57")
                || e.getCause() instanceof InterruptedIOException) {
            return true;
        }
        try {
            return session.connection().isClosed();
        } catch (SQLException _) {
            return true;
        }
    }
}
