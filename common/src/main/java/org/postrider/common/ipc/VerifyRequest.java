package org.postrider.common.ipc;

/**
 * To the service verify: what is known of an address, or what a probe found out. Both are answered with an {@link Answer}.
 *
 * @see <a href="https://www.postfix.org/verify.8.html">verify(8)</a>
 */
public sealed interface VerifyRequest {
    /** What a probe may find out; the numbers are those that Postfix keeps. */
    enum Status {
        /** Somebody takes mail for it. */
        DELIVERABLE(0),
        /** A probe failed for a reason that may pass. */
        DEFERRED(1),
        /** Somebody refuses mail for it. */
        UNDELIVERABLE(2),
        /** A probe is on its way. */
        PENDING(3);

        private final int number;

        Status(int number) {
            this.number = number;
        }

        /** As Postfix keeps it. */
        public int number() {
            return number;
        }

        /** The status with this number; one that is not known counts as a failed probe. */
        public static Status of(long number) {
            for (Status one : values()) {
                if (one.number == number) {
                    return one;
                }
            }
            return DEFERRED;
        }
    }

    /**
     * Asks; a probe is sent where nothing is known, or what is known is old.
     *
     * @param address internal form
     */
    record Query(String address) implements VerifyRequest {}

    /**
     * Tells what a probe found out.
     *
     * @param address internal form
     * @param reason what the log says of the probe
     */
    record Update(String address, Status status, String reason) implements VerifyRequest {}

    /** What is known; after an update, what was told. */
    record Answer(Status status, String reason) {
        public Attributes toAttributes() {
            return new Attributes().put("status", 0).put("recipient_status", status.number).put("reason", reason);
        }

        public static Answer fromAttributes(Attributes list) throws ProtocolException {
            if (list.integer("status", 1) != 0) {
                throw new ProtocolException("verify service: request failed");
            }
            return new Answer(Status.of(list.number("recipient_status", -1)), list.get("reason", ""));
        }
    }

    /** As it goes over the wire. */
    default Attributes toAttributes() {
        return switch (this) {
            case Query(String address) -> new Attributes().put("request", "query").put("address", address);
            case Update(String address, Status status, String reason) -> new Attributes().put("request", "update")
                    .put("address", address).put("recipient_status", status.number).put("reason", reason);
        };
    }

    static VerifyRequest fromAttributes(Attributes list) throws ProtocolException {
        String kind = list.get("request");
        return switch (kind) {
            case "query" -> new Query(list.get("address"));
            case "update" -> new Update(list.get("address"), Status.of(list.number("recipient_status", -1)),
                    list.get("reason", ""));
            default -> throw new ProtocolException("unknown request \"" + kind + "\"");
        };
    }
}
