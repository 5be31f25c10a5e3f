package org.postrider.cleanup;

import java.io.IOException;
import java.util.Optional;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said about an address probe that goes no further than here: an alias for several addresses takes mail, whatever becomes of
 * it there.
 *
 * @param verify for probes of the suite itself
 * @param trace for {@code sendmail -bv}
 */
record ProbeAnswers(ServiceClient verify, ServiceClient trace) {
    private static final Logger log = LoggerFactory.getLogger(ProbeAnswers.class);
    private static final String REASON = "aliased to multiple recipients";

    static ProbeAnswers of(ServiceContext context) {
        return new ProbeAnswers(
                context.client("private/" + context.parameters().string("address_verify_service_name")),
                context.client("private/" + context.parameters().string("trace_service_name")));
    }

    /** The recipient is deliverable. */
    void deliverable(Message message, Recipient recipient) throws IOException {
        Attributes _ = (message.traceFlags() & DeliveryRequest.USER_VERIFY) != 0
                ? trace.call(report(message, recipient))
                : verify.call(new VerifyRequest.Update(recipient.original(), VerifyRequest.Status.DELIVERABLE, REASON)
                        .toAttributes());
        log.info("{}: to=<{}>, relay=none, delay=0, delays=0/0/0/0, dsn=2.0.0, status=deliverable ({})", message.id(),
                Address.toExternal(recipient.address()), REASON);
    }

    private static Attributes report(Message message, Recipient recipient) {
        BounceRequest.Message about = new BounceRequest.Message(0, QueueName.INCOMING.directory(), message.id(),
                message.encoding, 0, message.sender, message.attribute("envelope_id"), 0, "");
        BounceRequest.Entry entry = new BounceRequest.Entry(recipient, "none", "2.0.0", "deliverable", "", "", "", "",
                REASON);
        return new BounceRequest(BounceRequest.Operation.APPEND, about, Optional.of(entry)).toAttributes();
    }
}
