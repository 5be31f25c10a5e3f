package org.postrider.cleanup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.ipc.CleanupStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * virtual(5): one recipient becomes any number, again and again until an address is not in the tables or stands for itself.
 * Bounded in number, depth and length, and an address that was expanded is not expanded again. Immutable.
 */
final class VirtualAliases {
    /** virtual_alias_expansion_limit, virtual_alias_recursion_limit, virtual_alias_address_length_limit. */
    record Limits(int expansion, int recursion, int addressLength) {}

    private static final Logger log = LoggerFactory.getLogger(VirtualAliases.class);

    private final AddressMap map;
    private final Limits limits;

    VirtualAliases(AddressMap map, Limits limits) {
        this.map = map;
        this.limits = limits;
    }

    /** The addresses behind this one, itself when there are none; internal form. */
    List<String> expand(String queueId, String address) throws TroubleException, IOException {
        if (map.isEmpty()) {
            return List.of(address);
        }
        Expansion expansion = new Expansion(queueId, address);
        expansion.add(address, 0);
        if (expansion.results.isEmpty()) {
            throw expansion.trouble("map nesting");
        }
        return expansion.results;
    }

    /** One recipient's expansion. */
    private final class Expansion {
        private final String queueId;
        private final String start;
        private final Set<String> expanded = new HashSet<>();
        private final List<String> results = new ArrayList<>();

        Expansion(String queueId, String start) {
            this.queueId = queueId;
            this.start = start;
        }

        void add(String address, int depth) throws TroubleException, IOException {
            if (depth > limits.recursion) {
                throw trouble("map nesting");
            }
            if (address.length() > limits.addressLength) {
                log.warn("{}: unreasonable {} result {}... in {} -- message not accepted, try again later", queueId,
                        map.parameter(), address.substring(0, Math.min(300, address.length())), start);
                throw new TroubleException(CleanupStatus.WRITE, "4.6.0 Alias expansion error");
            }
            if (!expanded.add(address.toLowerCase(Locale.ROOT))) {
                return;
            }
            List<String> found = map.find(queueId, address);
            if (found.isEmpty()) {
                result(address);
            }
            for (String next : found) {
                if (next.equalsIgnoreCase(address)) {
                    result(next);
                } else {
                    add(next, depth + 1);
                }
            }
        }

        private void result(String address) throws TroubleException {
            if (results.size() >= limits.expansion) {
                throw trouble("map expansion size");
            }
            results.add(address);
        }

        TroubleException trouble(String what) {
            log.warn("{}: unreasonable {} {} for {} -- message not accepted, try again later", queueId,
                    map.parameter(), what, start);
            return new TroubleException(CleanupStatus.WRITE, "4.6.0 Alias expansion error");
        }
    }
}
