package org.postrider.cleanup;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.postrider.common.ipc.CleanupStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * canonical(5) and masquerading (ADDRESS_REWRITING_README): one address becomes another. First the tables for senders or
 * recipients, then those for both, each again until nothing changes, then masquerade_domains. Immutable.
 */
final class CanonicalMaps {
    /** Where an address stands; the names are those of canonical_classes. */
    enum AddressClass {
        ENVELOPE_SENDER("envelope_sender", true), ENVELOPE_RECIPIENT("envelope_recipient",
                false), HEADER_SENDER("header_sender", true), HEADER_RECIPIENT("header_recipient", false);

        private final String title;
        private final boolean isSender;

        AddressClass(String title, boolean isSender) {
            this.title = title;
            this.isSender = isSender;
        }
    }

    /** Tables with the classes of addresses that they are for. */
    record Layer(AddressMap map, Set<String> classes) {
        boolean isFor(AddressClass addressClass) {
            return classes.contains(addressClass.title) && !map.isEmpty();
        }
    }

    private static final Logger log = LoggerFactory.getLogger(CanonicalMaps.class);
    private static final int MOST_TURNS = 10;

    private final Layer sender;
    private final Layer recipient;
    private final Layer both;
    private final Masquerade masquerade;
    private final Set<String> masqueradeClasses;

    CanonicalMaps(Layer sender, Layer recipient, Layer both, Masquerade masquerade, Set<String> masqueradeClasses) {
        this.sender = sender;
        this.recipient = recipient;
        this.both = both;
        this.masquerade = masquerade;
        this.masqueradeClasses = masqueradeClasses;
    }

    /** The address to use instead; internal form. */
    String map(String queueId, String address, AddressClass addressClass) throws TroubleException, IOException {
        String mapped = address;
        Layer special = addressClass.isSender ? sender : recipient;
        if (special.isFor(addressClass)) {
            mapped = apply(special.map, queueId, mapped);
        }
        if (both.isFor(addressClass)) {
            mapped = apply(both.map, queueId, mapped);
        }
        return masqueradeClasses.contains(addressClass.title) ? masquerade.apply(mapped) : mapped;
    }

    private static String apply(AddressMap map, String queueId, String start) throws TroubleException, IOException {
        String address = start;
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            List<String> found = map.find(queueId, address);
            if (found.isEmpty()) {
                return address;
            }
            if (found.size() > 1) {
                log.warn("{}: multi-valued {} entry for {}", queueId, map.parameter(), address);
            }
            String next = found.getFirst();
            if (next.equalsIgnoreCase(address)) {
                return next;
            }
            address = next;
        }
        log.warn("{}: unreasonable {} map nesting for {} -- message not accepted, try again later", queueId,
                map.parameter(), start);
        throw new TroubleException(CleanupStatus.WRITE, "");
    }
}
