package org.postrider.common.ipc;

/**
 * To the service anvil: count an event of a client and say how much that makes. The answer has the attributes {@code status} (0),
 * {@code count} (connections open now) and {@code rate} (events in the current time unit).
 *
 * @param kind what happened
 * @param ident who, {@code service:address}
 */
public record AnvilRequest(Kind kind, String ident) {
    /** What is counted; the names are those of anvil(8). */
    public enum Kind {
        CONNECT, DISCONNECT, MESSAGE, RECIPIENT, NEWTLS, AUTH
    }

    /**
     * What it makes.
     *
     * @param count connections open now; 0 for other kinds
     * @param rate events within the time unit, this one included
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
        return new Attributes().put("request", kind.name()).put("ident", ident);
    }

    public static AnvilRequest fromAttributes(Attributes list) throws ProtocolException {
        String name = list.get("request");
        for (Kind one : Kind.values()) {
            if (one.name().equals(name)) {
                return new AnvilRequest(one, list.get("ident"));
            }
        }
        throw new ProtocolException("unknown request \"" + name + "\"");
    }
}
