package org.postrider.smtpd;

import java.util.HashMap;
import java.util.Map;

/**
 * How many sessions each client, an address or the network that stands for it, has at the same moment, for
 * smtpd_client_connection_count_limit. All sessions of a service are in one JVM, so no other daemon need be asked. Safe for many
 * threads; lives on through configuration generations.
 */
final class ConnectionCounts {
    private final Map<String, Integer> counts = new HashMap<>();

    /** A session begins; answers how many there are now. */
    synchronized int enter(String client) {
        return counts.merge(client, 1, Integer::sum);
    }

    /** A session ends. */
    synchronized void leave(String client) {
        counts.computeIfPresent(client, (_, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
    }
}
