package org.postrider.smtp;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A place to connect to. */
sealed interface Candidate {
    Peer peer();

    /** Of the best preference that its destination has. */
    boolean best();

    /**
     * A TCP address.
     *
     * @param mayLoop on the mail port, where a server with our own name means a loop
     */
    record Tcp(Peer peer, InetSocketAddress address, boolean best, boolean mayLoop) implements Candidate {}

    /** A socket on this host. */
    record Unix(Peer peer, Path path) implements Candidate {
        @Override
        public boolean best() {
            return true;
        }
    }
}
