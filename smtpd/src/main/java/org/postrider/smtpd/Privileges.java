package org.postrider.smtpd;

import java.util.Optional;
import java.util.Set;
import org.postrider.common.lookup.MatchOutcome;

/**
 * What a client may do, and what is not announced to it; found out when it connects or speaks for another. Tables are asked in the order of
 * Postfix: about EHLO keywords only for a client that is let in.
 *
 * @param xclient smtpd_authorized_xclient_hosts
 * @param xforward smtpd_authorized_xforward_hosts
 * @param discarded EHLO keywords in upper case; empty when no table could tell
 */
record Privileges(MatchOutcome xclient, MatchOutcome xforward, Optional<Set<String>> discarded) {
    /** Of a client of whom nothing is known yet. */
    static final Privileges NONE = new Privileges(MatchOutcome.NO_MATCH, MatchOutcome.NO_MATCH, Optional.of(Set.of()));

    /** For whom it may speak. */
    static Privileges of(Site site, Client client) {
        return new Privileges(site.xclient(client), site.xforward(client), NONE.discarded);
    }

    /** The client is let in. */
    Privileges admitted(Site site, Client client) {
        return new Privileges(xclient, xforward, site.discardedKeywords(client));
    }

    /** XCLIENT: whoever connected is the one who may say where mail came from, whomever it speaks for. */
    Privileges speakingFor(Site site, Client client) {
        return new Privileges(site.xclient(client), xforward, site.discardedKeywords(client));
    }
}
