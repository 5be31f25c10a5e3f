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

    private final Settings settings;
    private final boolean authOnlyUnderTls;
    private final MatchList exceptions;
    private final MatchList filter;
    private final Optional<Authenticator> authenticator;

    /**
     * The parameters.
     *
     * @param inHeader smtpd_sasl_authenticated_header
     * @param responseLimit bytes
     * @param exceptions smtpd_sasl_exceptions_networks, as written
     * @param filter smtpd_sasl_mechanism_filter, as written
     */
    record Settings(boolean enabled, boolean brokenClients, boolean inHeader, int responseLimit, String exceptions,
            String filter, Needs inTheClear, Needs underTls) {
        static Settings of(Parameters parameters) {
            return new Settings(parameters.bool("smtpd_sasl_auth_enable"),
                    parameters.bool("broken_sasl_auth_clients"), parameters.bool("smtpd_sasl_authenticated_header"),
                    parameters.number("smtpd_sasl_response_limit"), parameters.string("smtpd_sasl_exceptions_networks"),
                    parameters.string("smtpd_sasl_mechanism_filter"),
                    Needs.of(parameters, "smtpd_sasl_security_options"),
                    Needs.of(parameters, "smtpd_sasl_tls_security_options"));
        }
    }

    /** What mechanisms must have, and must not. */
    record Needs(Set<Authenticator.Property> forbidden, Set<Authenticator.Property> required) {
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
    Sasl(Settings settings, Tables tables, boolean parentMatches, Optional<Authenticator> authenticator,
            boolean authOnlyUnderTls) {
        this.settings = settings;
        this.authOnlyUnderTls = authOnlyUnderTls;
        this.exceptions = MatchList.hosts(settings.exceptions, parentMatches, tables);
        this.filter = MatchList.strings(settings.filter, tables);
        this.authenticator = authenticator;
    }

    /** True when the client may log in at this moment. */
    boolean isActive(Session session) {
        return settings.enabled && authenticator.isPresent() && (session.tls().isPresent() || !authOnlyUnderTls);
    }

    /** smtpd_sasl_exceptions_networks: clients that are not told that they could log in. */
    boolean announcesTo(Client client) {
        return !exceptions.match(client.name().name(), client.addressText()).matches();
    }

    boolean brokenClients() {
        return settings.brokenClients;
    }

    /** smtpd_sasl_authenticated_header. */
    boolean showsInHeader() {
        return settings.inHeader;
    }

    /** Most bytes of one response. */
    int responseLimit() {
        return settings.responseLimit;
    }

    /** The names of the mechanisms for this session; none, and logged, when the service can't be asked. */
    List<String> mechanisms(Session session) {
        Needs needs = session.tls().isPresent() ? settings.underTls : settings.inTheClear;
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
