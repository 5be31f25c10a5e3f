/**
 * Lookup tables in databases: what all of them have in common. One package below this one for each kind of database, each entered by
 * the {@link org.postrider.common.lookup.TableType} that {@code lib/tables/types} of the image names. Read {@link
 * org.postrider.tables.DatabaseTable} first: it is the frame of every lookup; then {@link org.postrider.tables.HostPool}, the way to
 * a server that answers.
 *
 * <p>Runs in any program whose configuration names such a table, mostly proxymap(8); waits for servers on the threads of {@link
 * org.postrider.common.lookup.Aside}, never on an event loop. Imports rooms of common, never a program.
 */
@NullMarked
package org.postrider.tables;

import org.jspecify.annotations.NullMarked;
