package org.postrider.common.wire;

import java.time.Duration;
import java.util.List;

/**
 * The keys of session tickets at a time.
 *
 * @param keys the first makes new tickets, the others are for tickets that are still good; at least one
 * @param fresh how long until they change
 */
public record TicketKeys(List<TicketKey> keys, Duration fresh) {
    public TicketKeys {
        keys = List.copyOf(keys);
    }
}
