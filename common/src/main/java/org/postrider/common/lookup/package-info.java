/**
 * Lookup tables: one class per table type of DATABASE_README, the lists that are made of tables and patterns (mynetworks,
 * mydestination), and the order in which an address is searched.
 *
 * <p>Called by every program that answers questions about addresses, domains and clients, and by the commands that build and
 * query tables. Read {@link org.postrider.common.lookup.LookupTable}, then {@link org.postrider.common.lookup.Tables}.
 *
 * <p>Every class here is safe for many threads at once and runs on the caller's thread; a lookup may read a file or wait for a
 * table server. Must not import the rooms above it (queue, ipc, daemon).
 */
@NullMarked
package org.postrider.common.lookup;

import org.jspecify.annotations.NullMarked;
