package org.postrider.services;

import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.mail.Recipient;
import org.slf4j.LoggerFactory;

/** discard(8): pretends to deliver; the next hop is the text in the log. */
final class DiscardAgent implements Door {
    static Service open(ServiceContext context) {
        return DeliveryService.onLoops(context, LoggerFactory.getLogger(DiscardAgent.class), new DiscardAgent());
    }

    @Override
    public void deliver(Delivery delivery) {
        String nexthop = delivery.request().nexthop();
        RecipientOutcome outcome = RecipientOutcome.delivered(nexthop.isBlank() ? "discarded" : nexthop, "none");
        for (Recipient recipient : delivery.recipients()) {
            delivery.settle(recipient, outcome);
        }
    }
}
