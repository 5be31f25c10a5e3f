package org.postrider.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.AsciiDomain;
import org.postrider.common.tls.TrustAnchors;

/**
 * What a destination's sessions must have. Sessions are kept for others with an equal demand only.
 *
 * @param match names, or fingerprints, one of which the server must prove
 * @param protocols versions that are allowed, as {@code smtp_tls_protocols} has them
 * @param grade of ciphers, as {@code smtp_tls_ciphers} has it
 * @param excluded ciphers that are not, as {@code smtp_tls_exclude_ciphers} has them
 * @param serverName what the server is called in the handshake: empty for nothing, {@code hostname}, {@code nexthop}, or a name
 * @param reuse sessions may be kept for the next message
 * @param requirement what the message asks for besides; the rest of the demand agrees with it
 * @param anchors who must vouch for the server, in place of the authorities that are usually trusted
 */
record TlsDemand(TlsLevel level, List<String> match, List<String> protocols, String grade, Set<String> excluded,
        String serverName, boolean reuse, RequireTls requirement, Optional<TrustAnchors> anchors) {
    static final TlsDemand NONE = new TlsDemand(TlsLevel.NONE, List.of(), List.of(), "medium", Set.of(), "", true,
            RequireTls.OPPORTUNISTIC, Optional.empty());

    TlsDemand {
        match = List.copyOf(match);
        protocols = List.copyOf(protocols);
        excluded = Set.copyOf(excluded);
    }

    /** The same for messages that ask for this. */
    TlsDemand with(RequireTls other) {
        return new TlsDemand(level, match, protocols, grade, excluded, serverName, reuse, other, anchors);
    }

    /** The same with these names only. */
    TlsDemand withMatch(List<String> names) {
        return new TlsDemand(level, names, protocols, grade, excluded, serverName, reuse, requirement, anchors);
    }

    /** The name to tell a host of this destination; empty for none. */
    String nameFor(String host, String nexthop) {
        return ascii(switch (serverName) {
            case "hostname" -> host;
            case "nexthop" -> nexthop;
            default -> serverName;
        });
    }

    /** As certificates have names, and handshakes. */
    private static String ascii(String name) {
        return AsciiDomain.of(name, false).orElse(name);
    }

    /** The names that a certificate may be for; one that begins with a dot stands for everything below it. */
    List<String> names(String host, String nexthop) {
        return match.stream().map(word -> switch (word) {
            case "hostname" -> host;
            case "nexthop" -> nexthop;
            case "dot-nexthop" -> "." + nexthop;
            default -> word;
        }).map(name -> ascii(name).toLowerCase(Locale.ROOT)).toList();
    }
}
