package org.postrider.common.ipc;

import java.util.Optional;
import org.postrider.common.mail.Recipient;

/**
 * To one of the services bounce, defer and trace: keep what happened to a recipient, or write the letter about it. Which log and
 * which letter is said by the service that is asked. The answer is one attribute {@code status}, 0 for success.
 *
 * @param operation what to do
 * @param message which message
 * @param entry what happened to one recipient; for {@link Operation#APPEND} and {@link Operation#ONE} only
 */
public record BounceRequest(Operation operation, Message message, Optional<Entry> entry) {
    /** What the service is asked to do. */
    public enum Operation {
        /** Add one recipient to the message's log. */
        APPEND,
        /** Write the final letter from the log and remove the log. */
        FLUSH,
        /** Write the letter that delivery is delayed; the log stays. */
        WARN,
        /** Write one final letter for every recipient (VERP) and remove the log. */
        VERP,
        /** Write a final letter about this one recipient at once. */
        ONE
    }

    /**
     * The message it is about.
     *
     * @param flags 1 = the recipient may be marked done in the queue file; to trace also the reports that were asked for, as in
     *        {@link DeliveryRequest#USER_VERIFY} and {@link DeliveryRequest#RECORD}
     * @param queueName directory of the queue file
     * @param encoding {@code 7bit}, {@code 8bit} or empty
     * @param sendOptions formats.md 1.3
     * @param sender internal form
     * @param envelopeId RFC 3461 ENVID, empty when none
     * @param dsnReturn 0 not given, 1 FULL, 2 HDRS
     * @param verpDelimiters two characters for {@link Operation#VERP}, else empty
     */
    public record Message(int flags, String queueName, String queueId, String encoding, int sendOptions, String sender,
            String envelopeId, int dsnReturn, String verpDelimiters) {}

    /**
     * What happened to one recipient.
     *
     * @param status enhanced status code
     * @param action RFC 3464 action: failed, delayed, delivered, relayed, expanded, ...
     * @param diagnosticType {@code smtp}, {@code x-unix}; empty when there is no diagnostic
     * @param diagnosticText the peer's words
     * @param mtaType {@code dns}; empty when no peer is known
     * @param mtaName the peer's name
     * @param reason the text for people
     */
    public record Entry(Recipient recipient, String relay, String status, String action, String diagnosticType,
            String diagnosticText, String mtaType, String mtaName, String reason) {}

    public Attributes toAttributes() {
        Attributes list = new Attributes().put("operation", operation.name()).put("flags", message.flags)
                .put("queue_name", message.queueName).put("queue_id", message.queueId)
                .put("encoding", message.encoding).put("sendopts", message.sendOptions).put("sender", message.sender)
                .put("envelope_id", message.envelopeId).put("ret_flags", message.dsnReturn)
                .put("verp_delimiters", message.verpDelimiters);
        entry.ifPresent(e -> list.put("recipient", e.recipient.address())
                .put("original_recipient", e.recipient.original()).put("dsn_orig_rcpt", e.recipient.dsnOriginal())
                .put("notify_flags", e.recipient.dsnNotify()).put("offset", e.recipient.offset()).put("relay", e.relay)
                .put("status", e.status).put("action", e.action).put("diag_type", e.diagnosticType)
                .put("diag_text", e.diagnosticText).put("mta_type", e.mtaType).put("mta_mname", e.mtaName)
                .put("reason", e.reason));
        return list;
    }

    public static BounceRequest fromAttributes(Attributes list) throws ProtocolException {
        Message message = new Message(list.integer("flags", 0), list.get("queue_name"), list.get("queue_id"),
                list.get("encoding", ""), list.integer("sendopts", 0), list.get("sender", ""),
                list.get("envelope_id", ""), list.integer("ret_flags", 0), list.get("verp_delimiters", ""));
        Optional<Entry> entry = Optional.empty();
        if (list.find("recipient").isPresent()) {
            Recipient recipient = new Recipient(list.number("offset", -1), list.get("recipient"),
                    list.get("original_recipient", ""), list.get("dsn_orig_rcpt", ""), list.integer("notify_flags", 0));
            entry = Optional.of(new Entry(recipient, list.get("relay", ""), list.get("status", ""),
                    list.get("action", ""), list.get("diag_type", ""), list.get("diag_text", ""),
                    list.get("mta_type", ""), list.get("mta_mname", ""), list.get("reason", "")));
        }
        return new BounceRequest(operation(list.get("operation")), message, entry);
    }

    private static Operation operation(String name) throws ProtocolException {
        for (Operation one : Operation.values()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        throw new ProtocolException("unknown operation \"" + name + "\"");
    }

    /** The answer: done, or not done (and the message must stay in the queue). */
    public static Attributes answer(boolean done) {
        return new Attributes().put("status", done ? 0 : 1);
    }
}
