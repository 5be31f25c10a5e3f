package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;

/** Lets another delivery agent serve a request: mailbox_transport, fallback_transport, best_mx_transport. */
@FunctionalInterface
public interface HandOff {
    /** Asks the request's transport and waits for it; it logs, marks and records failures itself. */
    DeliveryReport deliver(DeliveryRequest request) throws IOException;
}
