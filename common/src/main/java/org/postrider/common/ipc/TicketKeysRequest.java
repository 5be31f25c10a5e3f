package org.postrider.common.ipc;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.postrider.common.wire.TicketKey;
import org.postrider.common.wire.TicketKeys;

/**
 * To the service tlsmgr: which keys do session tickets have now? The request has the attribute {@code request}; the answer {@code status}
 * (0), {@code keys} (hexadecimal, space between) and {@code fresh} (seconds until they change).
 */
public final class TicketKeysRequest {
    private static final String NAME = "ticket_keys";

    private TicketKeysRequest() {}

    public static Attributes toAttributes() {
        return new Attributes().put("request", NAME);
    }

    /** True when it is this that is asked. */
    public static boolean isAskedBy(Attributes request) {
        return request.get("request", "").equals(NAME);
    }

    public static Attributes answer(TicketKeys keys) {
        return new Attributes().put("status", 0)
                .put("keys", String.join(" ", keys.keys().stream().map(TicketKey::text).toList()))
                .put("fresh", keys.fresh().toSeconds());
    }

    public static TicketKeys fromAnswer(Attributes answer) throws ProtocolException {
        try {
            List<TicketKey> keys = Stream.of(answer.get("keys").split(" ", -1)).map(TicketKey::new).toList();
            return new TicketKeys(keys, Duration.ofSeconds(answer.integer("fresh", 0)));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(String.valueOf(e.getMessage()));
        }
    }
}
