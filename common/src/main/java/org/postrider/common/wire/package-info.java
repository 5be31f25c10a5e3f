/**
 * The blocking, bounded, timed face on a byte-stream connection. Netty's event loops carry bytes and hand over buffers; a
 * conversation reads and writes plain streams on its own virtual thread.
 *
 * <p>Used by {@code ipc} (Unix-domain sockets between daemons) and {@code smtp} (TCP). Read {@link
 * org.postrider.common.wire.Connection} first, then {@link org.postrider.common.wire.Network}.
 *
 * <p>Threads: event-loop threads only ever append to and take from the bounded buffers here; they hold no mail state. This
 * room is the only one that may import Netty.
 */
@NullMarked
package org.postrider.common.wire;

import org.jspecify.annotations.NullMarked;
