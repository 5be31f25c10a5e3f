/**
 * The blocking, bounded, timed face on a byte-stream connection. Netty's event loops carry bytes and hand over buffers; a
 * conversation reads and writes plain streams on its own virtual thread.
 *
 * <p>Used by {@code ipc} (Unix-domain sockets between daemons) and {@code smtp} (TCP). Read {@link
 * org.postrider.common.wire.Connection} first, then {@link org.postrider.common.wire.Network}.
 *
 * <p>Threads: event loops append to and take from the bounded buffers here; where a program says so, they also carry the virtual
 * threads of its conversations ({@link org.postrider.common.wire.Connection#start}), and
 * {@link org.postrider.common.wire.LoopWatch} looks that none of them stands still for a lock. This room is the only one that may
 * import Netty.
 */
@NullMarked
package org.postrider.common.wire;

import org.jspecify.annotations.NullMarked;
