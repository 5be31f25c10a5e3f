/**
 * Tables in SQL databases: mysql_table(5), pgsql_table(5), sqlite_table(5). Read {@link org.postrider.tables.sql.SqlTemplate}, which
 * says how a key comes into a query, then {@link org.postrider.tables.sql.SqlSearch}. Must not import the other databases.
 */
@NullMarked
package org.postrider.tables.sql;

import org.jspecify.annotations.NullMarked;
