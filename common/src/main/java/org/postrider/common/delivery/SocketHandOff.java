package org.postrider.common.delivery;

import java.io.IOException;
import java.util.function.Function;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ServiceClient;

/**
 * Asks another delivery agent over its private socket.
 *
 * @param clients gives the client for a transport's name
 */
public record SocketHandOff(Function<String, ServiceClient> clients) implements HandOff {
    @Override
    public DeliveryReport deliver(DeliveryRequest request) throws IOException {
        // Never on a kept connection: a repeated request could deliver twice.
        try (ServiceClient.Lease lease = clients.apply(request.transport()).fresh()) {
            request.write(lease.connection().out());
            lease.connection().out().flush();
            return DeliveryReport.fromAttributes(Attributes.read(lease.connection().in()));
        }
    }
}
