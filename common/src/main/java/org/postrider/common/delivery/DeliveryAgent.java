package org.postrider.common.delivery;

import java.io.IOException;
import java.util.List;
import java.util.ArrayList;
import java.util.Optional;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;
import org.postrider.common.wire.Connection;

/**
 * The skeleton of every door out. It reads delivery requests from qmgr, opens the queue file, lets the {@link Door} settle the
 * recipients, and answers with a report when every recipient is logged and either marked done or kept by defer. Whatever goes
 * wrong on the way leaves the recipients in the queue.
 */
public final class DeliveryAgent {
    private final AgentParts parts;
    private final Door door;
    private volatile boolean stopping;

    public DeliveryAgent(AgentParts parts, Door door) {
        this.parts = parts;
        this.door = door;
    }

    /** The process is going to leave: qmgr takes its next request on a kept connection elsewhere. */
    public void stopping() {
        stopping = true;
    }

    /** Serves a connection from qmgr until it has no more requests; runs on the conversation's virtual thread. */
    public void converse(Connection connection) throws IOException {
        for (boolean first = true;; first = false) {
            Optional<DeliveryRequest> request = DeliveryRequest.read(connection.in());
            if (request.isEmpty() || (stopping && !first)) {
                return;
            }
            serve(request.get()).toAttributes().write(connection.out());
            connection.out().flush();
        }
    }

    /** Serves one request. */
    public DeliveryReport serve(DeliveryRequest request) {
        try (MessageFile message = request.has(DeliveryRequest.NO_FILE)
                ? NoFile.INSTANCE
                : parts.files().open(request)) {
            DeliveryRequest open = request.withRecipients(unfinished(request, message));
            if (open.recipients().isEmpty()) {
                return DeliveryReport.ALL_SETTLED;
            }
            Delivery delivery = new Delivery(open, message, parts);
            knock(delivery);
            return delivery.report();
        } catch (IOException e) {
            parts.log().warn("open active {}: {}", request.queueId(), FileWords.of(e));
            return DeliveryReport.SOME_REMAIN;
        }
    }

    /** An agent that broke off before its report had marked whom it served: nobody gets the message twice, or a letter about it. */
    private static List<Recipient> unfinished(DeliveryRequest request, MessageFile message) throws IOException {
        List<Recipient> left = new ArrayList<>(request.recipients().size());
        for (Recipient recipient : request.recipients()) {
            if (recipient.offset() < 0 || !message.isDone(recipient.offset())) {
                left.add(recipient);
            }
        }
        return left;
    }

    private void knock(Delivery delivery) {
        String reason = "delivery was not completed";
        try {
            door.deliver(delivery);
        } catch (IOException e) {
            reason = FileWords.of(e);
            parts.log().warn("{}: delivery failed: {}", delivery.request().queueId(), reason);
        } catch (RuntimeException e) {
            reason = "internal software error";
            parts.log().error("{}: unexpected failure in delivery", delivery.request().queueId(), e);
        }
        for (Recipient recipient : delivery.unsettled()) {
            delivery.settle(recipient,
                    new RecipientOutcome.Deferred(Diagnosis.of("4.3.0", reason, "none")));
        }
    }
}
