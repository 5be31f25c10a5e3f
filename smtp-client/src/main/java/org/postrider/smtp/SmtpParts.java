package org.postrider.smtp;

import java.time.InstantSource;
import java.util.Optional;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.HandOff;

/** What the deliveries of one service share. */
record SmtpParts(ClientSettings settings, HostFinder finder, Connector connector, SessionPool pool,
        FailurePolicy policy, TlsPolicy tls, RequireTlsPolicy requireTls, TlsClient tlsClient, SaslClient sasl,
        ContentSender content, ExtraHeaders flags, HandOff handOff, InstantSource clock) implements Door {
    @Override
    public void deliver(Delivery delivery) {
        new DeliveryAttempt(this, delivery).run();
    }

    /**
     * What a session with this host must have.
     *
     * <p>A header field must not make us show a password in the clear: {@code TLS-Required: no} counts only where we do not log in.
     *
     * @throws TroubleException when it can't be told who we are for it
     */
    Preparation preparation(Nexthop destination, Candidate candidate, TlsDemand general, RequireTls asked,
            String sender)
            throws TroubleException {
        Optional<SaslLogin> login = sasl.login(sender, candidate.peer(), destination);
        boolean relaxed = asked == RequireTls.RELAXED;
        TlsDemand demand = tls.demand(tls.demand(general, destination, candidate.peer().host()), destination,
                relaxed && login.isPresent() ? RequireTls.OPPORTUNISTIC : asked);
        boolean onThisHost = candidate instanceof Candidate.Unix && !demand.level().isMandatory();
        return new Preparation(onThisHost ? TlsDemand.NONE : demand, tls.wrapper() && !onThisHost, tlsClient,
                destination.peerName(), sasl, login);
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
