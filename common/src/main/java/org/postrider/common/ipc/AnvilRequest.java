package org.postrider.common.ipc;

import java.time.Duration;
import java.util.Optional;

/**
 * To the service anvil: count an event of a client and say how much that makes. The answer has the attributes {@code status} (0),
 * {@code count} (connections open now) and {@code rate} (events in the current time unit).
 *
 * @param kind what happened
 * @param ident who, {@code service:address}
 * @param unit how long the current time unit of this ident lasts, in whole seconds; empty for anvil_rate_time_unit
 */
public record AnvilRequest(Kind kind, String ident, Optional<Duration> unit) {
    /** Counted over anvil_rate_time_unit. */
    public AnvilRequest(Kind kind, String ident) {
        this(kind, ident, Optional.empty());
    }

    /** What is counted; the names are those of anvil(8). */
    public enum Kind {
        CONNECT, DISCONNECT, MESSAGE, RECIPIENT, NEWTLS,
        /** Nothing is counted: the answer is the rate of NEWTLS as it is. */
        NEWTLS_STATUS, AUTH
    }

    /**
     * What it makes.
     *
     * @param count connections open now; 0 for other kinds
     * @param rate events within the time unit, this one included where it is counted
     */
    public record Answer(int count, int rate) {
        public Attributes toAttributes() {
            return new Attributes().put("status", 0).put("count", count).put("rate", rate);
        }

        public static Answer fromAttributes(Attributes list) throws ProtocolException {
            return new Answer(list.integer("count", 0), list.integer("rate", 0));
        }
    }

    public Attributes toAttributes() {
        Attributes list = new Attributes().put("request", kind.name()).put("ident", ident);
        unit.ifPresent(time -> list.put("unit", time.toSeconds()));
        return list;
    }

    public static AnvilRequest fromAttributes(Attributes list) throws ProtocolException {
        String name = list.get("request");
        for (Kind one : Kind.values()) {
            if (one.name().equals(name)) {
                int seconds = list.integer("unit", 0);
                return new AnvilRequest(one, list.get("ident"),
                        seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty());
            }
        }
        throw new ProtocolException("unknown request \"" + name + "\"");
    }
}
