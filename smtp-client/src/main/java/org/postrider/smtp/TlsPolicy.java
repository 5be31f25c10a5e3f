package org.postrider.smtp;

import java.util.Locale;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;

/**
 * Where mail must not go in the clear: {@code smtp_tls_policy_maps} for a next hop, else {@code smtp_tls_security_level}. As
 * long as sessions can't be encrypted, such mail stays in the queue.
 *
 * @param maps the policy by next hop
 * @param byDefault the level of all others, in lower case; empty is none
 */
record TlsPolicy(TableList maps, String byDefault) {
    private static final int REQUIRE_TLS = 32;

    static TlsPolicy of(Parameters parameters, Protocol protocol, Tables tables) {
        String level = parameters.string(protocol.parameter("tls_security_level"));
        boolean enforced = level.isEmpty() && parameters.bool(protocol.parameter("enforce_tls"));
        String maps = parameters.string(protocol.parameter("tls_policy_maps"));
        return new TlsPolicy(tables.list(maps), enforced ? "encrypt" : level.toLowerCase(Locale.ROOT));
    }

    /** What forbids to send a message with these options to this next hop in the clear. */
    Optional<Trouble> obstacle(Nexthop nexthop, int sendOptions) {
        if ((sendOptions & REQUIRE_TLS) != 0) {
            return Optional.of(new Trouble.NeedsTls());
        }
        return switch (find(key(nexthop))) {
            case LookupResult.Found(String policy) ->
                level(policy.strip().split("[\\s,]", 2)[0].toLowerCase(Locale.ROOT));
            case LookupResult.NotFound _ -> level(byDefault);
            case LookupResult.Unavailable _ -> Optional.of(new Trouble.BadTlsPolicy());
        };
    }

    private static Optional<Trouble> level(String level) {
        return switch (level) {
            case "", "none", "may", "dane" -> Optional.empty();
            case "encrypt", "dane-only", "fingerprint", "verify", "secure" -> Optional.of(new Trouble.NeedsTls());
            default -> Optional.of(new Trouble.BadTlsPolicy());
        };
    }

    /** The next hop, and for a plain domain its parents with a leading dot. */
    private LookupResult find(String key) {
        LookupResult result = maps.find(key);
        int dot = key.startsWith("[") || key.indexOf(':') >= 0 ? -1 : key.indexOf('.', 1);
        while (result instanceof LookupResult.NotFound && dot > 0) {
            result = maps.findPart(key.substring(dot));
            dot = key.indexOf('.', dot + 1);
        }
        return result;
    }

    private static String key(Nexthop nexthop) {
        String text = nexthop.text().toLowerCase(Locale.ROOT);
        return text.startsWith("inet:") || text.startsWith("unix:") ? text.substring(5) : text;
    }
}
