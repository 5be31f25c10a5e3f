/**
 * Lookup tables: one class per table type of DATABASE_README, the lists that are made of tables and patterns (mynetworks,
 * mydestination), and the order in which an address is searched.
 *
 * <p>Called by every program that answers questions about addresses, domains and clients, and by the commands that build and
 * query tables. Read {@link org.postrider.common.lookup.LookupTable}, then {@link org.postrider.common.lookup.Tables}.
 *
 * <p>Every class here is safe for many threads at once. A lookup runs on the caller's thread and may wait for a table server; what
 * holds a thread, reading a whole file or a match that takes long, a virtual thread waits for while a thread of {@code Aside} does
 * it. Types that are not built in come by {@link org.postrider.common.lookup.TableType}. Files are reached through {@link
 * org.postrider.common.lookup.TableFiles}, which has those that were opened before chroot. Must not import the rooms above it (queue, ipc,
 * daemon).
 */
@NullMarked
package org.postrider.common.lookup;

import org.jspecify.annotations.NullMarked;
