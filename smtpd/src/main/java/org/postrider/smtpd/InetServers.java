package org.postrider.smtpd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.common.lookup.Aside;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/**
 * Connects to servers that parameters name as {@code host:port}, {@code [address]:port} or {@code port}. The system may take seconds to
 * find a host, which no event loop waits for. Safe for many threads.
 */
final class InetServers {
    private final Network network;
    private final Aside aside = new Aside();

    InetServers(Network network) {
        this.network = network;
    }

    /**
     * Connects to the first of the host's addresses that answers.
     *
     * @param limit of each attempt
     */
    Connection connect(String destination, Duration limit) throws IOException {
        int colon = destination.lastIndexOf(':');
        String host = colon < 0 ? "" : destination.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!Forwarded.isPort(destination.substring(colon + 1))) {
            throw new IOException("bad destination \"" + destination + '"');
        }
        int port = Integer.parseInt(destination.substring(colon + 1));
        IOException failure = new IOException("no address of " + host);
        for (InetAddress address : addresses(bare)) {
            try {
                return network.connect(new InetSocketAddress(address, port), Optional.empty(), limit);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private List<InetAddress> addresses(String host) throws IOException {
        if (host.isEmpty()) {
            return List.of(InetAddress.getLoopbackAddress());
        }
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException _) {
            return aside.call(() -> List.of(InetAddress.getAllByName(host)));
        }
    }
}
