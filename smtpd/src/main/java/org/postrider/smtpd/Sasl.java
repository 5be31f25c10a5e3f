package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.ServerEndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The smtpd_sasl parameters of a service: who may log in, how, and where it is checked. Safe for many threads. */
final class Sasl {
    private static final Logger log = LoggerFactory.getLogger(Sasl.class);

    private final boolean enabled;
    private final boolean authOnlyUnderTls;
    private final boolean brokenClients;
    private final boolean inHeader;
    private final int responseLimit;
    private final MatchList exceptions;
    private final MatchList filter;
    private final Needs inTheClear;
    private final Needs underTls;
    private final Optional<Authenticator> authenticator;

    /** What mechanisms must have, and must not. */
    private record Needs(Set<Authenticator.Property> forbidden, Set<Authenticator.Property> required) {
        static Needs of(Parameters parameters, String name) {
            Set<Authenticator.Property> forbidden = EnumSet.noneOf(Authenticator.Property.class);
            Set<Authenticator.Property> required = EnumSet.noneOf(Authenticator.Property.class);
            for (String word : parameters.list(name)) {
                switch (word.toLowerCase(Locale.ROOT)) {
                    case "noplaintext" -> forbidden.add(Authenticator.Property.PLAINTEXT);
                    case "noactive" -> forbidden.add(Authenticator.Property.ACTIVE);
                    case "nodictionary" -> forbidden.add(Authenticator.Property.DICTIONARY);
                    case "noanonymous" -> forbidden.add(Authenticator.Property.ANONYMOUS);
                    case "forward_secrecy" -> required.add(Authenticator.Property.FORWARD_SECRECY);
                    case "mutual_auth" -> required.add(Authenticator.Property.MUTUAL_AUTH);
                    default -> throw new ConfigurationException("unknown " + name + " value \"" + word + '"');
                }
            }
            return new Needs(forbidden, required);
        }

        boolean allow(Authenticator.Mechanism mechanism) {
            return mechanism.properties().containsAll(required)
                    && forbidden.stream().noneMatch(mechanism.properties()::contains);
        }
    }

    /** @param authenticator empty where nobody can log in */
    Sasl(Parameters parameters, Tables tables, boolean parentMatches, Optional<Authenticator> authenticator,
            boolean authOnlyUnderTls) {
        this.enabled = parameters.bool("smtpd_sasl_auth_enable") && authenticator.isPresent();
        this.authOnlyUnderTls = authOnlyUnderTls;
        this.brokenClients = parameters.bool("broken_sasl_auth_clients");
        this.inHeader = parameters.bool("smtpd_sasl_authenticated_header");
        this.responseLimit = parameters.number("smtpd_sasl_response_limit");
        this.exceptions = MatchList.hosts(parameters.string("smtpd_sasl_exceptions_networks"), parentMatches, tables);
        this.filter = MatchList.strings(parameters.string("smtpd_sasl_mechanism_filter"), tables);
        this.inTheClear = Needs.of(parameters, "smtpd_sasl_security_options");
        this.underTls = Needs.of(parameters, "smtpd_sasl_tls_security_options");
        this.authenticator = authenticator;
    }

    /** True when the client may log in at this moment. */
    boolean isActive(Session session) {
        return enabled && (session.tls().isPresent() || !authOnlyUnderTls);
    }

    /** smtpd_sasl_exceptions_networks: clients that are not told that they could log in. */
    boolean announcesTo(Client client) {
        return !exceptions.match(client.name().name(), client.addressText()).matches();
    }

    boolean brokenClients() {
        return brokenClients;
    }

    /** smtpd_sasl_authenticated_header. */
    boolean showsInHeader() {
        return inHeader;
    }

    /** Most bytes of one response. */
    int responseLimit() {
        return responseLimit;
    }

    /** The names of the mechanisms for this session; none, and logged, when the service can't be asked. */
    List<String> mechanisms(Session session) {
        Needs needs = session.tls().isPresent() ? underTls : inTheClear;
        List<String> names = new ArrayList<>();
        try {
            for (Authenticator.Mechanism one : authenticator.orElseThrow().mechanisms()) {
                boolean possible = !bindsChannel(one.name()) || endPoint(session).isPresent();
                if (possible && needs.allow(one) && filter.match(one.name()).matches()) {
                    names.add(one.name());
                }
            }
        } catch (IOException e) {
            log.warn("SASL: Connect to authentication service failed: {}", String.valueOf(e.getMessage()));
        }
        return names;
    }

    /** True for mechanisms that are tied to the TLS session under them (RFC 5056). */
    static boolean bindsChannel(String mechanism) {
        return mechanism.endsWith("-PLUS");
    }

    /** What ties them; one char a byte. */
    static Optional<String> endPoint(Session session) {
        return session.tls().flatMap(peer -> peer.session().localCertificate()).flatMap(ServerEndPoint::of)
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    Authenticator authenticator() {
        return authenticator.orElseThrow();
    }
}
