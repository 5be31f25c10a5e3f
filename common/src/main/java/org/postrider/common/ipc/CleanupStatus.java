package org.postrider.common.ipc;

/**
 * How cleanup ended a message.
 *
 * @param bits zero for success, else what went wrong, see the constants
 * @param reason text for the client or the log, with an enhanced status code in front; empty for the standard text of the bits
 * @param queueId the message's queue id, for the log
 */
public record CleanupStatus(int bits, String reason, String queueId) {
    public static final int OK = 0;
    /** The client broke the protocol. */
    public static final int BAD = 1;
    /** The queue file could not be written. */
    public static final int WRITE = 1 << 1;
    /** The message is larger than message_size_limit. */
    public static final int SIZE = 1 << 2;
    /** The content was refused. */
    public static final int CONTENT = 1 << 3;
    /** Too many Received headers. */
    public static final int HOPS = 1 << 4;
    /** No recipients. */
    public static final int NO_RECIPIENTS = 1 << 6;
    /** A proxy failed. */
    public static final int PROXY = 1 << 7;
    /** Refused for now. */
    public static final int DEFER = 1 << 8;
    /** Not permitted. */
    public static final int NOT_PERMITTED = 1 << 9;
    /** A bare line feed was received and refused. */
    public static final int BARE_LF = 1 << 10;

    public boolean succeeded() {
        return bits == OK;
    }

    /** True when the same message may succeed later. */
    public boolean temporary() {
        return (bits & (BAD | WRITE | PROXY | DEFER)) != 0;
    }

    /** The reason, or the log's words for the bits. */
    public String text() {
        if (!reason.isEmpty()) {
            return reason;
        }
        return (bits & NO_RECIPIENTS) != 0 ? "no recipients specified" : words();
    }

    private String words() {
        if ((bits & NOT_PERMITTED) != 0) {
            return "operation not permitted";
        }
        if ((bits & HOPS) != 0) {
            return "too many hops";
        }
        if ((bits & SIZE) != 0) {
            return "message file too big";
        }
        return (bits & CONTENT) != 0 ? "message content rejected" : "internal protocol error";
    }

    public Attributes toAttributes() {
        return new Attributes().put("status", bits).put("reason", reason).put("queue_id", queueId);
    }

    public static CleanupStatus fromAttributes(Attributes list) throws ProtocolException {
        return new CleanupStatus(list.integer("status", BAD), list.get("reason", ""), list.get("queue_id", ""));
    }
}
