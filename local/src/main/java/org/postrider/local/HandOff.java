package org.postrider.local;

import java.io.IOException;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;

/** Lets another delivery agent serve a request: mailbox_transport and fallback_transport. */
interface HandOff {
    /** Waits for the other agent, which logs, marks and records failures itself. */
    DeliveryReport deliver(String transport, DeliveryRequest request) throws IOException;
}
