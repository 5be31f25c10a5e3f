package org.postrider.common.ipc;

import java.util.Locale;

/**
 * To proxymap(8): open a table, look up, change or walk through it. The server first sends the attribute {@code protocol}; an
 * answer has {@code status} and what the kind of request asks for.
 *
 * @param table {@code type:name}
 * @param flags what the client asks of the table, {@link #LOCK} and so on
 * @param key for LOOKUP, UPDATE and DELETE
 * @param value for UPDATE
 * @param function for SEQUENCE: {@link #FIRST} or {@link #NEXT}
 */
public record ProxymapRequest(Kind kind, String table, int flags, String key, String value, int function) {
    /** What the server calls its protocol. */
    public static final String PROTOCOL = "proxymap_protocol";
    /** In an answer: keys are compared as fixed strings. */
    public static final int FIXED = 1 << 4;
    /** In an answer: keys are matched as patterns. */
    public static final int PATTERN = 1 << 5;
    /** Shared access to the table's file. */
    public static final int LOCK = 1 << 6;
    /** Rules with $1 are skipped. */
    public static final int NO_SUBSTITUTION = 1 << 11;
    /** Keys of fixed strings are folded to lower case. */
    public static final int FOLD = 1 << 14;
    /** The first entry. */
    public static final int FIRST = 0;
    /** The entry after the one that was answered last. */
    public static final int NEXT = 1;

    /** What is asked. */
    public enum Kind {
        OPEN, LOOKUP, UPDATE, DELETE, SEQUENCE;

        /** The name on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it went. */
    public enum Status {
        OK(0), NO_KEY(1), RETRY(2), BAD(3), DENIED(4);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        /** The number on the wire. */
        public int code() {
            return code;
        }

        static Status of(int code) throws ProtocolException {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            throw new ProtocolException("unexpected status " + code);
        }
    }

    /**
     * The server's answer.
     *
     * @param flags for OPEN: {@link #FIXED} or {@link #PATTERN}
     * @param key for SEQUENCE
     * @param value for LOOKUP and SEQUENCE
     */
    public record Answer(Status status, int flags, String key, String value) {
        /** An answer that is a status only. */
        public static Answer of(Status status) {
            return new Answer(status, 0, "", "");
        }

        /** In the form that answers a request of this kind. */
        public Attributes toAttributes(Kind kind) {
            Attributes list = new Attributes().put("status", status.code());
            return switch (kind) {
                case OPEN -> list.put("flags", flags);
                case LOOKUP -> list.put("value", value);
                case UPDATE, DELETE -> list;
                case SEQUENCE -> list.put("key", key).put("value", value);
            };
        }

        public static Answer fromAttributes(Attributes list) throws ProtocolException {
            return new Answer(Status.of(list.integer("status", Status.BAD.code)), list.integer("flags", 0),
                    list.get("key", ""), list.get("value", ""));
        }
    }

    public Attributes toAttributes() {
        Attributes list = new Attributes().put("request", kind.word()).put("table", table).put("flags", flags);
        return switch (kind) {
            case OPEN -> list;
            case LOOKUP, DELETE -> list.put("key", key);
            case UPDATE -> list.put("key", key).put("value", value);
            case SEQUENCE -> list.put("function", function);
        };
    }

    /** Reads a request of this kind; {@link #kind(Attributes)} tells which. */
    public static ProxymapRequest fromAttributes(Kind kind, Attributes list) throws ProtocolException {
        boolean keyed = kind == Kind.LOOKUP || kind == Kind.UPDATE || kind == Kind.DELETE;
        required(list, "flags");
        return new ProxymapRequest(kind, list.get("table"), list.integer("flags", 0), keyed ? list.get("key") : "",
                kind == Kind.UPDATE ? list.get("value") : "", list.integer("function", FIRST));
    }

    private static void required(Attributes list, String name) throws ProtocolException {
        String _ = list.get(name);
    }

    /** What kind of request this is. */
    public static Kind kind(Attributes list) throws ProtocolException {
        String word = list.get("request");
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw new ProtocolException("unrecognized request: \"" + word + "\", ignored");
    }
}
