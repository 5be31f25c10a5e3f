package org.postrider.smtp;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A place to connect to. */
sealed interface Candidate {
    Peer peer();

    /**
     * A TCP address.
     *
     * @param best of the best preference its destination has
     * @param mayLoop found by its domain, so that a server with our own name means a loop
     */
    record Tcp(Peer peer, InetSocketAddress address, boolean best, boolean mayLoop) implements Candidate {}

    /** A socket on this host. */
    record Unix(Peer peer, Path path) implements Candidate {}
}
