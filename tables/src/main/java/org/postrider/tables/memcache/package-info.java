/**
 * Tables in memcached: memcache_table(5), with or without a table behind them that keeps what the server forgets. Read {@link
 * org.postrider.tables.memcache.MemcacheTable}. Must not import the other databases.
 */
@NullMarked
package org.postrider.tables.memcache;

import org.jspecify.annotations.NullMarked;
