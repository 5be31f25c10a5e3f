package org.postrider.cleanup;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said about aliases for several addresses: a probe of one goes no further than here, as it takes mail, whatever becomes of
 * it there; and a sender who wants to hear of success hears that it was expanded.
 *
 * @param verify for probes of the suite itself
 * @param trace for {@code sendmail -bv}
 */
record ProbeAnswers(ServiceClient verify, ServiceClient trace) {
    private static final Logger log = LoggerFactory.getLogger(ProbeAnswers.class);
    private static final String REASON = "aliased to multiple recipients";

    private static final String TOO_MANY = "Too many address verification requests";

    static ProbeAnswers of(ServiceContext context) {
        return new ProbeAnswers(
                context.client("private/" + context.parameters().string("address_verify_service_name")),
                context.client("private/" + context.parameters().string("trace_service_name")));
    }

    /** The recipient is deliverable. */
    void deliverable(Message message, Recipient recipient) throws IOException {
        Attributes _ = (message.traceFlags() & DeliveryRequest.USER_VERIFY) != 0
                ? trace.call(report(message, recipient, "deliverable", REASON))
                : verify.call(new VerifyRequest.Update(recipient.original(), VerifyRequest.Status.DELIVERABLE, REASON)
                        .toAttributes());
        log.info("{}: to=<{}>, relay=none, delay=0, delays=0/0/0/0, dsn=2.0.0, status=deliverable ({})", message.id(),
                message.shown(recipient.address()), REASON);
    }

    /** qmgr has all the probes that it may have (address_verify_pending_request_limit): for the address it is as if one had failed for now. */
    void tooMany(Message message, Recipient recipient) throws IOException {
        for (String address : new HashSet<>(List.of(recipient.address(), recipient.original()))) {
            if (!address.isEmpty()) {
                Attributes _ = verify.call(
                        new VerifyRequest.Update(address, VerifyRequest.Status.DEFERRED, TOO_MANY).toAttributes());
            }
        }
        log.info("{}: to=<{}>, relay=none, delay=0, delays=0/0/0/0, dsn=4.3.2, status=undeliverable ({})", message.id(),
                message.shown(recipient.address()), TOO_MANY);
    }

    /** Keeps for the sender's report which of his recipients were expanded; false when that can't be done now. */
    boolean keepExpanded(Message message) {
        try {
            for (Recipient recipient : message.expanded) {
                if (trace.call(report(message, recipient, "expanded", "alias expanded")).integer("status", 1) != 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            log.warn("{}: trace service failure: {}", message.id(), e.getMessage());
            return false;
        }
    }

    private static Attributes report(Message message, Recipient recipient, String action, String reason) {
        BounceRequest.Message about = new BounceRequest.Message(0, QueueName.INCOMING.directory(), message.id(),
                message.encoding, 0, message.sender, message.attribute("envelope_id"), 0, "");
        BounceRequest.Entry entry = new BounceRequest.Entry(recipient, "none", "2.0.0", action, "", "", "", "",
                reason);
        return new BounceRequest(BounceRequest.Operation.APPEND, about, Optional.of(entry)).toAttributes();
    }
}
