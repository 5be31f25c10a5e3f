package org.postrider.services;

import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.mail.Recipient;
import org.slf4j.LoggerFactory;

/**
 * error(8): refuses every recipient for the reason that stands in the next hop, with the status code in front of it if there is
 * one. Under the service name {@code retry} everything is tried again instead.
 */
final class ErrorAgent implements Door {
    private static final String RELAY = "none";

    private final boolean retry;

    ErrorAgent(boolean retry) {
        this.retry = retry;
    }

    static Service open(ServiceContext context) {
        return DeliveryService.onLoops(context, LoggerFactory.getLogger(ErrorAgent.class),
                new ErrorAgent(context.serviceName().equals("retry")));
    }

    @Override
    public void deliver(Delivery delivery) {
        String nexthop = delivery.request().nexthop();
        String text = nexthop.isBlank() ? "Address is undeliverable" : nexthop;
        DsnStatus status = DsnStatus.of(text, retry ? "4.0.0" : "5.0.0").withClass(retry ? '4' : '5');
        Diagnosis diagnosis = new Diagnosis(status, RELAY, "", "", "");
        for (Recipient recipient : delivery.recipients()) {
            delivery.settle(recipient, RecipientOutcome.failed(diagnosis));
        }
    }
}
