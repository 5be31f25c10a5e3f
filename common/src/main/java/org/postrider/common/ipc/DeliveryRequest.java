package org.postrider.common.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.mail.Recipient;

/**
 * From qmgr to a delivery agent: deliver this queue file to these recipients. On the wire one attribute list with everything but
 * the recipients, then {@code recipient_count} lists of one recipient each. The answer is a {@link DeliveryReport}; then the
 * connection stands ready for the next request.
 *
 * @param flags see the constants
 * @param queueName directory the file is in, normally {@code active}
 * @param dataOffset file offset of the first content record
 * @param dataSize size of the content segment in bytes
 * @param transport the service's name in master.cf
 * @param nexthop next-hop destination
 * @param encoding {@code 7bit}, {@code 8bit} or empty
 * @param sendOptions formats.md 1.3: SMTPUTF8, REQUIRETLS and the like
 * @param sender internal form, empty for the null sender
 * @param envelopeId RFC 3461 ENVID, empty when none
 * @param dsnReturn RFC 3461 RET: 0 not given, 1 FULL, 2 HDRS
 * @param times when what happened
 * @param attributes what is known of the client: {@code log_client_name log_client_address log_client_port log_helo_name
 *        log_protocol_name client_name client_address client_port helo_name protocol_name sasl_method sasl_username
 *        sasl_sender log_ident rewrite_context message_id}, each left out when unknown
 */
public record DeliveryRequest(int flags, String queueName, String queueId, long dataOffset, long dataSize,
        String transport, String nexthop, String encoding, int sendOptions, String sender, String envelopeId,
        int dsnReturn, Times times, Map<String, String> attributes, List<Recipient> recipients) {
    /** Mark recipients done in the queue file. */
    public static final int MARK_DONE = 1;
    /** Bounce what can't be delivered, instead of deferring it. */
    public static final int BOUNCE = 2;
    /** An address probe of the suite itself: find out, deliver nothing. */
    public static final int PROBE = 256;
    /** A user's {@code sendmail -bv}: find out, deliver nothing, report. */
    public static final int USER_VERIFY = 512;
    /** Record every delivery for the report that {@code sendmail -v} asked for. */
    public static final int RECORD = 1024;
    /** The agent may take a kept connection to the destination. */
    public static final int CONNECTION_LOAD = 1 << 11;
    /** The agent may keep its connection to the destination for the next request. */
    public static final int CONNECTION_STORE = 1 << 12;

    /** The sender was told of a delay and is to be told of the delivery too (confirm_delay_cleared). */
    public static final int RECORD_DELAYED = 1 << 13;
    /** An address probe that has no queue file; comes with {@link #PROBE}. */
    public static final int NO_FILE = 1 << 14;
    /** In the send options: the sender asked for SMTPUTF8. */
    public static final int SMTPUTF8 = 1;
    /** In the send options: the header has {@code TLS-Required: no} (RFC 8689 section 3). */
    public static final int TLS_NOT_REQUIRED = 1 << 4;
    /** In the send options: the sender asked for REQUIRETLS (RFC 8689 section 2). */
    public static final int REQUIRE_TLS = 1 << 5;
    private static final int MOST_RECIPIENTS = 1_000_000;
    private static final String CLIENT = "x_";

    /**
     * Points of a message's life in microseconds since 1970.
     *
     * @param arrived when the message arrived
     * @param created what its lifetime counts from
     * @param activated when qmgr took it into the active queue
     * @param handedOver when qmgr handed it to the agent
     */
    public record Times(long arrived, long created, long activated, long handedOver) {}

    public DeliveryRequest {
        attributes = Map.copyOf(attributes);
        recipients = List.copyOf(recipients);
    }

    /** The same request for these recipients only. */
    public DeliveryRequest withRecipients(List<Recipient> some) {
        return new DeliveryRequest(flags, queueName, queueId, dataOffset, dataSize, transport, nexthop, encoding,
                sendOptions, sender, envelopeId, dsnReturn, times, attributes, some);
    }

    /**
     * The same request for one recipient of another agent.
     *
     * @param target {@code transport} or {@code transport:nexthop}, as in mailbox_transport
     * @param usualNexthop where the target names none
     */
    public DeliveryRequest handedTo(String target, String usualNexthop, String otherSender, Recipient one) {
        int colon = target.indexOf(':');
        String otherTransport = colon < 0 ? target : target.substring(0, colon);
        String otherNexthop = colon < 0 || colon == target.length() - 1 ? usualNexthop : target.substring(colon + 1);
        return new DeliveryRequest(flags, queueName, queueId, dataOffset, dataSize, otherTransport, otherNexthop,
                encoding, sendOptions, otherSender, envelopeId, dsnReturn, times, attributes, List.of(one));
    }

    /** True when all these bits are set. */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** Writes the request; the caller flushes. */
    public void write(OutputStream out) throws IOException {
        Attributes list = new Attributes().put("flags", flags).put("queue_name", queueName).put("queue_id", queueId)
                .put("offset", dataOffset).put("size", dataSize).put("transport", transport).put("nexthop", nexthop)
                .put("encoding", encoding).put("sendopts", sendOptions).put("sender", sender)
                .put("envelope_id", envelopeId).put("ret_flags", dsnReturn).put("arrival_time", times.arrived)
                .put("create_time", times.created).put("active_time", times.activated)
                .put("agent_time", times.handedOver).put("recipient_count", recipients.size());
        attributes.forEach((name, value) -> list.put(CLIENT + name, value));
        list.write(out);
        for (Recipient recipient : recipients) {
            new Attributes().put("offset", recipient.offset()).put("recipient", recipient.address())
                    .put("original_recipient", recipient.original()).put("dsn_orig_rcpt", recipient.dsnOriginal())
                    .put("notify_flags", recipient.dsnNotify()).write(out);
        }
    }

    /** Reads one request; empty when the client has no more. */
    public static Optional<DeliveryRequest> read(InputStream in) throws IOException {
        Optional<Attributes> first = Attributes.readIfAny(in);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Attributes list = first.get();
        int count = list.integer("recipient_count", 0);
        if (count < 0 || count > MOST_RECIPIENTS) {
            throw new ProtocolException("bad recipient count " + count);
        }
        List<Recipient> recipients = new ArrayList<>(Math.min(count, 1000));
        for (int i = 0; i < count; i++) {
            recipients.add(readRecipient(Attributes.read(in)));
        }
        Times times = new Times(list.number("arrival_time", 0), list.number("create_time", 0),
                list.number("active_time", 0), list.number("agent_time", 0));
        return Optional.of(new DeliveryRequest(list.integer("flags", 0), list.get("queue_name"), list.get("queue_id"),
                list.number("offset", 0), list.number("size", 0), list.get("transport", ""), list.get("nexthop", ""),
                list.get("encoding", ""), list.integer("sendopts", 0), list.get("sender", ""),
                list.get("envelope_id", ""), list.integer("ret_flags", 0), times, clientAttributes(list), recipients));
    }

    private static Map<String, String> clientAttributes(Attributes list) {
        Map<String, String> found = new java.util.HashMap<>();
        list.asMap().forEach((name, value) -> {
            if (name.startsWith(CLIENT)) {
                found.put(name.substring(CLIENT.length()), value);
            }
        });
        return found;
    }

    private static Recipient readRecipient(Attributes list) throws ProtocolException {
        return new Recipient(list.number("offset", -1), list.get("recipient"), list.get("original_recipient", ""),
                list.get("dsn_orig_rcpt", ""), list.integer("notify_flags", 0));
    }
}
