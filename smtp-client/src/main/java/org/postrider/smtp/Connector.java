package org.postrider.smtp;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.postrider.common.lookup.WatchedPeers;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections, from the bind address of the family if there is one. */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final Network network;
    private final ClientSettings settings;
    private final ServerOddities oddities;
    private final WatchedPeers watched;
    private final Optional<Transcript.Postmaster> postmaster;
    private final LongSupplier nanoTime;

    Connector(Network network, ClientSettings settings, ServerOddities oddities, WatchedPeers watched,
            Optional<Transcript.Postmaster> postmaster, LongSupplier nanoTime) {
        this.network = network;
        this.settings = settings;
        this.oddities = oddities;
        this.watched = watched;
        this.postmaster = postmaster;
        this.nanoTime = nanoTime;
    }

    /**
     * A session that stands before the server's greeting.
     *
     * @param nexthop the destination, which debug_peer_list may name
     */
    SmtpSession connect(Candidate candidate, Nexthop nexthop) throws TroubleException {
        try {
            Connection connection = switch (candidate) {
                case Candidate.Tcp(_, InetSocketAddress address, _, _) -> connect(address);
                case Candidate.Unix unix -> network.connect(unix.path(), settings.timeouts().connect());
            };
            Peer peer = candidate.peer();
            boolean shown = watched.contains(peer.host(), peer.address()) || watched.contains(nexthop.text(), "");
            return new SmtpSession(settings, connection, peer, oddities, new Transcript(peer, shown, postmaster),
                    nanoTime.getAsLong());
        } catch (IOException failure) {
            String words = String.valueOf(failure.getMessage());
            LOG.info("connect to {}: {}", candidate.peer().relay(), words);
            throw new TroubleException(new Trouble.NotConnected(candidate.peer(), words));
        }
    }

    private Connection connect(InetSocketAddress address) throws IOException {
        Optional<InetSocketAddress> from = from(address);
        try {
            return network.connect(address, from, settings.timeouts().connect());
        } catch (BindException unusable) {
            String words = String.valueOf(unusable.getMessage());
            LOG.warn("smtp_connect_addr: bind {}: {}", from.map(one -> one.getAddress().getHostAddress()).orElse(""),
                    words);
            if (settings.enforcesBind()) {
                throw unusable;
            }
            return network.connect(address, Optional.empty(), settings.timeouts().connect());
        }
    }

    private Optional<InetSocketAddress> from(InetSocketAddress to) {
        return to.getAddress() instanceof Inet4Address ? settings.bindAddress() : settings.bindAddress6();
    }
}
