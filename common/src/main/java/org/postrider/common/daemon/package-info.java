/**
 * The skeleton that every daemon runs in: the control channel to master, listeners, conversations, limits, privileges, reload,
 * idle exit and stop. A program implements {@link org.postrider.common.daemon.Program}; its main is one line, {@link
 * org.postrider.common.daemon.Daemon#run}.
 *
 * <p>Read {@link org.postrider.common.daemon.Program}, {@link org.postrider.common.daemon.Service} and {@link
 * org.postrider.common.daemon.ServiceContext} to write a daemon; read {@link org.postrider.common.daemon.Daemon}, then {@link
 * org.postrider.common.daemon.ServedService}, to understand one. What needs the rights of root, keys and the files of tables, is
 * opened before {@link org.postrider.common.daemon.Privileges} gives them up (docs/adr/0012, 0018). {@link org.postrider.common.daemon.ControlMessage} says what
 * master and daemons tell each other.
 *
 * <p>Threads: the main thread waits for master's messages and for nothing else; one virtual thread runs per conversation,
 * carried by the event loop of its connection where the service says so; event loops call {@link
 * org.postrider.common.daemon.ServedService} when a client connects. Must not import {@code delivery} or a program.
 */
@NullMarked
package org.postrider.common.daemon;

import org.jspecify.annotations.NullMarked;
