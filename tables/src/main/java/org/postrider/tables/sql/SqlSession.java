package org.postrider.tables.sql;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A connection to a server, or a file that is open.
 *
 * @param backslashes whether the server gives backslashes in strings a meaning on this connection
 * @param origin tells one file from another that took its place; of no meaning for a server
 */
record SqlSession(Connection connection, boolean backslashes, String origin) implements AutoCloseable {
    SqlSession(Connection connection, boolean backslashes) {
        this(connection, backslashes, "");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
