package org.postrider.qmgr;

/** Why something can't be tried now: an enhanced status code and the words for the log and the sender. */
record Trouble(String status, String reason) {
    static final Trouble TRANSPORT_UNAVAILABLE = new Trouble("4.3.0", "mail transport unavailable");
    static final Trouble TRANSPORT_ERROR = new Trouble("4.3.0", "unknown mail transport error");
    static final Trouble TRANSPORT_DEFERRED = new Trouble("4.3.2", "deferred transport");
    static final Trouble RESOLVER_FAILURE = new Trouble("4.3.0", "address resolver failure");
    static final Trouble TOO_MANY_PROBES = new Trouble("4.3.2", "Too many address verification requests");
    static final Trouble EXPIRED_BY_HAND = new Trouble("4.7.0", "message is administratively expired");
    static final Trouble BAD_ADDRESS = new Trouble("5.1.3", "bad address syntax");

    /** What stands in the nexthop for transports error and retry. */
    String asNexthop() {
        return status + " " + reason;
    }

    /** The same, for recipients that are not tried because others were. */
    Trouble suspended() {
        return new Trouble(status, "delivery temporarily suspended: " + reason);
    }
}
