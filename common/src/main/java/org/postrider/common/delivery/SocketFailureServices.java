package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.ServiceClient;

/**
 * bounce, defer, trace and verify over their sockets. Safe for many threads.
 *
 * @param bounce client of bounce_service_name
 * @param defer client of defer_service_name
 * @param trace client of trace_service_name
 * @param verify client of address_verify_service_name
 */
public record SocketFailureServices(ServiceClient bounce, ServiceClient defer, ServiceClient trace,
        ServiceClient verify) implements FailureServices {
    @Override
    public boolean append(Log log, BounceRequest request) throws IOException {
        Attributes answer = switch (log) {
            case BOUNCE -> bounce.call(request.toAttributes());
            case DEFER -> defer.call(request.toAttributes());
            case TRACE -> trace.call(request.toAttributes());
            case VERIFY -> verify.call(probeResult(request));
        };
        return answer.integer("status", 1) == 0;
    }

    /** verify keeps 0 for deliverable, 1 for try later, 2 for undeliverable. */
    private static Attributes probeResult(BounceRequest request) {
        BounceRequest.Entry entry = request.entry().orElseThrow();
        int status = switch (entry.action()) {
            case "deliverable" -> 0;
            case "undeliverable" -> entry.status().startsWith("5") ? 2 : 1;
            default -> 1;
        };
        return new Attributes().put("request", "update").put("address", probed(entry))
                .put("status", status).put("reason", entry.reason());
    }

    private static String probed(BounceRequest.Entry entry) {
        String original = entry.recipient().original();
        return original.isEmpty() ? entry.recipient().address() : original;
    }
}
