package org.postrider.master;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Where a service is reached. The name tells listeners of one service apart and stays the same over a reload. */
sealed interface ListenerAddress {
    /** A TCP address and port. */
    record Inet(InetSocketAddress address) implements ListenerAddress {}

    /** A Unix-domain stream socket. */
    record Unix(Path path, int mode) implements ListenerAddress {}

    /** A Unix-domain datagram socket. */
    record Datagram(Path path, int mode) implements ListenerAddress {}

    /** A named pipe. */
    record Fifo(Path path, int mode) implements ListenerAddress {}

    /** What stands for it in messages and on the control channel. */
    default String name() {
        return switch (this) {
            case Inet(InetSocketAddress address) -> address.getAddress().getHostAddress() + ":" + address.getPort();
            case Unix(Path path, int _) -> path.toString();
            case Datagram(Path path, int _) -> path.toString();
            case Fifo(Path path, int _) -> path.toString();
        };
    }
}
