package org.postrider.common.daemon;

import java.io.IOException;
import org.postrider.common.wire.Connection;

/** One configured service. Every method may be called from several threads at once. */
public interface Service {
    /**
     * Serves one client from connect to disconnect, on a virtual thread of its own with the log context bound. The skeleton
     * closes the connection afterwards. An {@link IOException} means that the client went away or was silent too long and is
     * no fault of the daemon; any other exception is logged and costs only this conversation.
     */
    void converse(Connection connection) throws IOException;

    /**
     * Whether event loops may carry the conversations: they wait for connections only, or work on files in a program that has
     * event loops for that ({@link Program#eventLoops()}). A conversation that holds its thread holds up all others of its loop.
     */
    default boolean conversesOnLoop() {
        return false;
    }

    /** A client arrived on a datagram socket; only services of type unix-dgram get these. Called by one thread. */
    default void datagram(byte[] bytes) {}

    /** The time of master.cf's wakeup column has come, or a trigger came by fifo. On a virtual thread, log context bound. */
    default void wakeup() {}

    /** The daemon is going to stop: begin nothing that takes long; running conversations may end in their own time. */
    default void stopping() {}

    /** False while there is work that no conversation shows, so that the idle daemon must not leave. */
    default boolean mayLeave() {
        return true;
    }

    /**
     * True when a new process should take the place of this one, which goes on with its conversations: something changed that only
     * root can read. Asked about once a minute.
     */
    default boolean isOutdated() {
        return false;
    }

    /** The last conversation has ended and there will be no other; called once. Close what {@link Program#open} opened. */
    default void retire() {}
}
