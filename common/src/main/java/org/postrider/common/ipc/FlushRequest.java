package org.postrider.common.ipc;

/**
 * To the service flush: deliver what waits. The answer is one attribute {@code status}, and a {@code reason} with DENIED.
 *
 * @param kind what is asked for
 * @param target a queue id or a site, empty when there is none
 */
public record FlushRequest(Kind kind, String target) {
    /** What to deliver. */
    public enum Kind {
        /** Everything that is deferred. */
        ALL,
        /** One message. */
        MESSAGE,
        /** Everything for one destination (fast_flush_domains). */
        SITE,
        /** From defer: this message waits for this site; target is {@code site SPACE id}. */
        ADD,
        /** Deliver what waited too long for its site, drop what is too old. */
        REFRESH
    }

    /** What the service answers. */
    public enum Status {
        OK, BAD, FAILED, UNKNOWN_SITE, DENIED
    }

    public static FlushRequest all() {
        return new FlushRequest(Kind.ALL, "");
    }

    public static FlushRequest message(String id) {
        return new FlushRequest(Kind.MESSAGE, id);
    }

    public static FlushRequest site(String site) {
        return new FlushRequest(Kind.SITE, site);
    }

    public static FlushRequest add(String site, String id) {
        return new FlushRequest(Kind.ADD, site + ' ' + id);
    }

    public Attributes toAttributes() {
        return new Attributes().put("request", kind.name()).put("target", target);
    }

    public static FlushRequest fromAttributes(Attributes list) throws ProtocolException {
        String name = list.get("request");
        for (Kind one : Kind.values()) {
            if (one.name().equals(name)) {
                return new FlushRequest(one, list.get("target", ""));
            }
        }
        throw new ProtocolException("unknown request \"" + name + "\"");
    }

    public static Attributes answer(Status status) {
        return new Attributes().put("status", status.name());
    }

    /** The answer to a user who may not ask; the reason is for that user. */
    public static Attributes denied(String reason) {
        return answer(Status.DENIED).put("reason", reason);
    }

    /** The status in an answer; one that is not known counts as failure. */
    public static Status status(Attributes list) {
        String name = list.get("status", "");
        for (Status one : Status.values()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        return Status.FAILED;
    }
}
