package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many sessions each client address has at the same moment, for smtpd_client_connection_count_limit. All sessions of a service
 * are in one JVM, so no other daemon need be asked. Safe for many threads; lives on through configuration generations.
 */
final class ConnectionCounts {
    private final Map<InetAddress, Integer> counts = new HashMap<>();

    /** A session begins; answers how many there are now. */
    synchronized int enter(InetAddress address) {
        return counts.merge(address, 1, Integer::sum);
    }

    /** A session ends. */
    synchronized void leave(InetAddress address) {
        counts.computeIfPresent(address, (_, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
    }
}
