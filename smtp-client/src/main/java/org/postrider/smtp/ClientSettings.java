package org.postrider.smtp;

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

/**
 * The parameters of one service, read once. Names follow postconf(5) without the {@code smtp_} or {@code lmtp_}.
 *
 * @param fallback {@code smtp_fallback_relay}, tried after the destination's own hosts
 * @param defaultPort of destinations without a port
 * @param bindAddress {@code smtp_bind_address} and {@code smtp_bind_address6}
 * @param convert 8-bit content for servers without 8BITMIME, unless {@code disable_mime_output_conversion}
 * @param ignoredKeywords {@code smtp_discard_ehlo_keywords}
 * @param requestDeadline {@code smtp_per_request_deadline}: a reply must be complete within the time limit
 * @param tellsOrigin {@code smtp_send_xforward_command}
 * @param asksDns false when {@code smtp_dns_support_level} or {@code disable_dns_lookups} forbids it: no MX records then, and
 *     addresses from the system
 */
record ClientSettings(Protocol protocol, String myHostname, String helloName, Timeouts timeouts, List<Nexthop> fallback,
        String defaultPort, Optional<InetSocketAddress> bindAddress, Optional<InetSocketAddress> bindAddress6,
        int sessionLimit, boolean alwaysEhlo, boolean neverEhlo, boolean skipGreeting5xx, boolean skipQuitResponse,
        boolean quoteEnvelope, int lineLengthLimit, boolean convert, Set<String> ignoredKeywords,
        boolean requestDeadline, boolean tellsOrigin, boolean asksDns, Reuse reuse,
        MxLookup.Settings mx) {
    /**
     * When sessions are kept.
     *
     * @param onDemand when qmgr sees a backlog
     * @param destinations always, for these next hops
     * @param idle how long an unused session is kept
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
                address(parameters.string(protocol.parameter("bind_address"))),
                address(parameters.string(protocol.parameter("bind_address6"))),
                parameters.number(protocol.parameter("mx_session_limit")),
                !smtp || parameters.bool("smtp_always_send_ehlo"), smtp && parameters.bool("smtp_never_send_ehlo"),
                parameters.bool(protocol.parameter("skip_5xx_greeting")),
                parameters.bool(protocol.parameter("skip_quit_response")),
                parameters.bool(protocol.parameter("quote_rfc821_envelope")),
                parameters.number(protocol.parameter("line_length_limit")),
                !parameters.bool("disable_mime_output_conversion"),
                lowered(parameters.list(protocol.parameter(smtp ? "discard_ehlo_keywords" : "discard_lhlo_keywords"))),
                parameters.bool(protocol.parameter("per_request_deadline")),
                parameters.bool(protocol.parameter("send_xforward_command")), asksDns(parameters, protocol),
                reuse(parameters, protocol),
                mx(parameters, protocol));
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
                parameters.time(protocol.parameter("connection_cache_time_limit")),
                parameters.time(protocol.parameter("connection_reuse_time_limit")),
                parameters.number(protocol.parameter("connection_reuse_count_limit")));
    }

    private static MxLookup.Settings mx(Parameters parameters, Protocol protocol) {
        return new MxLookup.Settings(parameters.bool("ignore_mx_lookup_error"),
                parameters.bool(protocol.parameter("defer_if_no_mx_address_found")),
                parameters.bool(protocol.parameter("randomize_addresses")),
                parameters.string(protocol.parameter("address_preference")),
                parameters.bool(protocol.parameter("balance_inet_protocols")),
                parameters.number(protocol.parameter("mx_address_limit")));
    }

    private static Optional<InetSocketAddress> address(String literal) {
        return literal.isEmpty() ? Optional.empty() : Optional.of(new InetSocketAddress(literal, 0));
    }

    private static Set<String> lowered(List<String> words) {
        Set<String> lowered = new HashSet<>();
        for (String word : words) {
            lowered.add(word.toLowerCase(Locale.ROOT));
        }
        return Set.copyOf(lowered);
    }
}
