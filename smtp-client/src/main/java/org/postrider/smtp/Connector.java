package org.postrider.smtp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections, from the bind address of the family if there is one. */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final Network network;
    private final ClientSettings settings;
    private final LongSupplier nanoTime;

    Connector(Network network, ClientSettings settings, LongSupplier nanoTime) {
        this.network = network;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /** A session that stands before the server's greeting. */
    SmtpSession connect(Candidate candidate) throws TroubleException {
        try {
            Connection connection = switch (candidate) {
                case Candidate.Tcp(_, InetSocketAddress address, _, _) -> network.connect(address, from(address),
                        settings.timeouts().connect());
                case Candidate.Unix unix -> network.connect(unix.path(), settings.timeouts().connect());
            };
            return new SmtpSession(settings, connection, candidate.peer(), nanoTime.getAsLong());
        } catch (IOException failure) {
            String words = String.valueOf(failure.getMessage());
            LOG.info("connect to {}: {}", candidate.peer().relay(), words);
            throw new TroubleException(new Trouble.NotConnected(candidate.peer(), words));
        }
    }

    private Optional<InetSocketAddress> from(InetSocketAddress to) {
        return to.getAddress() instanceof Inet4Address ? settings.bindAddress() : settings.bindAddress6();
    }
}
