package org.postrider.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.dns.MxLookup;
import org.postrider.common.dns.ServiceLookup;

/**
 * The parameters of one service, read once. Names follow postconf(5) without the {@code smtp_} or {@code lmtp_}.
 *
 * @param fallback {@code smtp_fallback_relay}, tried after the destination's own hosts
 * @param defaultPort of destinations without a port
 * @param bindAddress {@code smtp_bind_address} and {@code smtp_bind_address6}
 * @param convert 8-bit content for servers without 8BITMIME, unless {@code disable_mime_output_conversion}
 * @param replacesStrayLineEnds {@code cleanup_replace_stray_cr_lf}, for what cleanup has not seen: a queue of another system
 * @param requestDeadline {@code smtp_per_request_deadline}: a reply must be complete within the time limit
 * @param minDataRate {@code smtp_min_data_rate}: bytes in a second that content must go at least, under a deadline
 * @param tellsOrigin {@code smtp_send_xforward_command}
 * @param asksDns false when {@code smtp_dns_support_level} or {@code disable_dns_lookups} forbids it: no MX records then, and
 *     addresses from the system
 * @param enforcesBind {@code smtp_bind_address_enforce}: mail waits while a bind address can't be used
 * @param bestMxTransport takes mail that would loop; empty where such mail is returned
 * @param assumesFinal {@code lmtp_assume_final}: a server without DSN is where mail ends
 * @param saysDummyAuth {@code smtp_send_dummy_mail_auth}: MAIL FROM has {@code AUTH=<>} after a login
 * @param probesData {@code smtp_address_verify_target}: a probe ends with DATA, not with RCPT
 */
record ClientSettings(Protocol protocol, String myHostname, String helloName, Timeouts timeouts, List<Nexthop> fallback,
        String defaultPort, Optional<InetSocketAddress> bindAddress, Optional<InetSocketAddress> bindAddress6,
        int sessionLimit, boolean alwaysEhlo, boolean neverEhlo, boolean skipGreeting5xx, boolean skipQuitResponse,
        boolean quoteEnvelope, int lineLengthLimit, boolean convert,
        boolean replacesStrayLineEnds, boolean requestDeadline, int minDataRate, boolean tellsOrigin, boolean asksDns,
        boolean enforcesBind,
        String bestMxTransport, boolean assumesFinal, boolean saysDummyAuth, boolean probesData, Reuse reuse,
        MxLookup.Settings mx, ServiceLookup.Settings srv, ServerOddities.Settings oddities, TlsClientSettings tls,
        RequireTlsPolicy.Settings requireTls,
        SaslSettings sasl,
        GenericMap.Settings generic, OutgoingChecks.Settings checks) {
    /**
     * When sessions are kept.
     *
     * @param onDemand when qmgr sees a backlog
     * @param destinations always, for these next hops
     * @param idle how long an unused session is kept: {@code connection_cache_ttl_limit} at most
     * @param age how long after its beginning a session may be used
     * @param count how many messages go over one session; 0 is no limit
     */
    record Reuse(boolean onDemand, Set<String> destinations, Duration idle, Duration age, int count) {}

    static ClientSettings of(Parameters parameters, Protocol protocol) {
        boolean smtp = protocol == Protocol.SMTP;
        return new ClientSettings(protocol, parameters.string("myhostname"),
                parameters.string(protocol.parameter(smtp ? "helo_name" : "lhlo_name")),
                Timeouts.of(parameters, protocol),
                Nexthop.list(parameters.string(protocol.parameter("fallback_relay")), protocol),
                parameters.string(protocol.parameter("tcp_port")),
                address(parameters, protocol.parameter("bind_address")),
                address(parameters, protocol.parameter("bind_address6")),
                parameters.number(protocol.parameter("mx_session_limit")),
                !smtp || parameters.bool("smtp_always_send_ehlo"), smtp && parameters.bool("smtp_never_send_ehlo"),
                parameters.bool(protocol.parameter("skip_5xx_greeting")),
                parameters.bool(protocol.parameter("skip_quit_response")),
                parameters.bool(protocol.parameter("quote_rfc821_envelope")),
                parameters.number(protocol.parameter("line_length_limit")),
                !parameters.bool("disable_mime_output_conversion"), parameters.bool("cleanup_replace_stray_cr_lf"),
                parameters.bool(protocol.parameter("per_request_deadline")),
                parameters.number(protocol.parameter("min_data_rate")),
                parameters.bool(protocol.parameter("send_xforward_command")),
                asksDns(parameters, protocol),
                parameters.bool(protocol.parameter("bind_address_enforce")),
                parameters.string("best_mx_transport"), !smtp && parameters.bool("lmtp_assume_final"),
                parameters.bool(protocol.parameter("send_dummy_mail_auth")), probesData(parameters, protocol),
                reuse(parameters, protocol), mx(parameters, protocol), srv(parameters),
                ServerOddities.Settings.of(parameters, protocol), TlsClientSettings.of(parameters, protocol),
                RequireTlsPolicy.Settings.of(parameters, protocol),
                SaslSettings.of(parameters, protocol), GenericMap.Settings.of(parameters, protocol),
                OutgoingChecks.Settings.of(parameters, protocol));
    }

    private static boolean probesData(Parameters parameters, Protocol protocol) {
        String name = protocol.parameter("address_verify_target");
        String target = parameters.string(name);
        return switch (target) {
            case "rcpt" -> false;
            case "data" -> true;
            default -> throw new ConfigurationException("bad protocol stage: \"" + target + '"');
        };
    }

    private static boolean asksDns(Parameters parameters, Protocol protocol) {
        String name = protocol.parameter("dns_support_level");
        String level = parameters.string(name);
        return switch (level) {
            case "" -> !parameters.bool("disable_dns_lookups");
            case "disabled" -> false;
            case "enabled", "dnssec" -> true;
            default -> throw new ConfigurationException("bad " + name + " value: \"" + level + '"');
        };
    }

    private static Reuse reuse(Parameters parameters, Protocol protocol) {
        return new Reuse(parameters.bool(protocol.parameter("connection_cache_on_demand")),
                lowered(parameters.list(protocol.parameter("connection_cache_destinations"))),
                shorter(parameters.time(protocol.parameter("connection_cache_time_limit")),
                        parameters.time("connection_cache_ttl_limit")),
                parameters.time(protocol.parameter("connection_reuse_time_limit")),
                parameters.number(protocol.parameter("connection_reuse_count_limit")));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static MxLookup.Settings mx(Parameters parameters, Protocol protocol) {
        return new MxLookup.Settings(parameters.bool("ignore_mx_lookup_error"),
                parameters.bool(protocol.parameter("defer_if_no_mx_address_found")),
                parameters.bool(protocol.parameter("randomize_addresses")),
                parameters.string(protocol.parameter("address_preference")),
                parameters.bool(protocol.parameter("balance_inet_protocols")),
                parameters.number(protocol.parameter("mx_address_limit")),
                parameters.bool(protocol.parameter("cname_overrides_servername")));
    }

    private static ServiceLookup.Settings srv(Parameters parameters) {
        return new ServiceLookup.Settings(Set.copyOf(parameters.list("use_srv_lookup")),
                parameters.bool("ignore_srv_lookup_error"), parameters.bool("allow_srv_lookup_fallback"));
    }

    private static Optional<InetSocketAddress> address(Parameters parameters, String name) {
        String literal = parameters.string(name);
        try {
            return literal.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new InetSocketAddress(InetAddress.ofLiteral(literal), 0));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("bad " + name + " parameter: " + literal, e);
        }
    }

    static Set<String> lowered(List<String> words) {
        Set<String> lowered = new HashSet<>();
        for (String word : words) {
            lowered.add(word.toLowerCase(Locale.ROOT));
        }
        return Set.copyOf(lowered);
    }
}
