package org.postrider.smtp;

import java.util.Optional;

/**
 * What a session must have before a message goes over it.
 *
 * @param wrapper TLS comes before the greeting
 * @param nexthop the destination's domain or host, for names in certificates
 * @param login who we are; empty for nobody
 */
record Preparation(TlsDemand demand, boolean wrapper, TlsClient tls, String nexthop, SaslClient sasl,
        Optional<SaslLogin> login) {
    /** The same in the clear, after a handshake that failed. */
    Preparation inTheClear() {
        return new Preparation(TlsDemand.NONE.with(demand.requirement()), false, tls, nexthop, sasl, login);
    }

    /** True when a session that was made for that one will do for this one. */
    boolean accepts(Preparation other) {
        return demand.equals(other.demand) && login.equals(other.login) && nexthopMatters(other);
    }

    /** A server proved its name for one destination only. */
    private boolean nexthopMatters(Preparation other) {
        return !demand.level().proves() || nexthop.equalsIgnoreCase(other.nexthop);
    }
}
