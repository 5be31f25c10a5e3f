package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.VerifyRequest;

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
            case VERIFY -> verified(request);
        };
        return answer.integer("status", 1) == 0;
    }

    /** What holds for where the mail leads holds for the address that was asked about, too. */
    private Attributes verified(BounceRequest request) throws IOException {
        BounceRequest.Entry entry = request.entry().orElseThrow();
        String original = entry.recipient().original();
        if (!original.isEmpty() && !original.equalsIgnoreCase(entry.recipient().address())) {
            Attributes _ = verify.call(update(entry, original));
        }
        return verify.call(update(entry, entry.recipient().address()));
    }

    private static Attributes update(BounceRequest.Entry entry, String address) {
        VerifyRequest.Status status = VerifyRequest.Status.DEFERRED;
        if (entry.action().equals("deliverable")) {
            status = VerifyRequest.Status.DELIVERABLE;
        } else if (entry.status().startsWith("5")) {
            status = VerifyRequest.Status.UNDELIVERABLE;
        }
        return new VerifyRequest.Update(address, status, entry.reason()).toAttributes();
    }
}
