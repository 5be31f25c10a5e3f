package org.postrider.smtp;

import java.time.InstantSource;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.HandOff;

/** What the deliveries of one service share. */
record SmtpParts(ClientSettings settings, HostFinder finder, Connector connector, SessionPool pool,
        FailurePolicy policy, TlsPolicy tls, TlsClient tlsClient, SaslClient sasl,
        ContentSender content, ExtraHeaders flags, HandOff handOff, InstantSource clock) implements Door {
    @Override
    public void deliver(Delivery delivery) {
        new DeliveryAttempt(this, delivery).run();
    }

    /**
     * What a session with this host must have.
     *
     * @throws TroubleException when it can't be told who we are for it
     */
    Preparation preparation(Nexthop destination, Candidate candidate, TlsDemand general, String sender)
            throws TroubleException {
        TlsDemand demand = tls.demand(general, destination, candidate.peer().host());
        boolean onThisHost = candidate instanceof Candidate.Unix && !demand.level().isMandatory();
        String name = switch (destination) {
            case Nexthop.Domain(_, String domain, _) -> domain;
            case Nexthop.Host(_, String host, _) -> host;
            case Nexthop.Socket(_, String path) -> path;
        };
        return new Preparation(onThisHost ? TlsDemand.NONE : demand, tls.wrapper() && !onThisHost, tlsClient, name,
                sasl,
                sasl.login(sender, candidate.peer(), destination));
    }

    /**
     * What a success report says (RFC 3461 section 6.2). A server with DSN reports for itself, so that there is nothing to say.
     */
    String action(Capabilities capabilities) {
        if (flags.isFinal()) {
            return "delivered";
        }
        return capabilities.dsn() ? "" : settings.assumesFinal() ? "delivered" : "relayed";
    }
}
