package org.postrider.qmgr;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ProtocolException;
import org.postrider.common.ipc.ServiceUnreachableException;
import org.postrider.common.mail.Verp;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has one entry delivered by the agent of its transport. Runs on a virtual thread that waits for the agent. */
final class AgentCaller {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCaller.class);

    private final Services services;
    private final InstantSource clock;

    AgentCaller(Services services, InstantSource clock) {
        this.services = services;
        this.clock = clock;
    }

    /** What the agent is told; made on the scheduler's thread, because the entry is its property. */
    DeliveryRequest request(Entry entry) {
        MessageHead head = entry.message().head();
        int flags = head.traceFlags() | (head.hasFile() ? DeliveryRequest.MARK_DONE | DeliveryRequest.BOUNCE : 0);
        if (entry.mayReuseConnection()) {
            flags |= DeliveryRequest.CONNECTION_LOAD;
        }
        if (entry.mayKeepConnection()) {
            flags |= DeliveryRequest.CONNECTION_STORE;
        }
        DeliveryRequest.Times times = new DeliveryRequest.Times(micros(head.arrived()), micros(head.created()),
                micros(head.activated()), micros(clock.instant()));
        return new DeliveryRequest(flags, QueueName.ACTIVE.directory(), head.id().text(), head.size().dataOffset(),
                head.size().contentSize(), entry.transport(), entry.nexthop(), head.encoding(),
                head.size().sendOptions(), sender(entry), head.envelopeId(), head.dsnReturn(), times,
                head.client().asMap(), entry.recipients());
    }

    /** VERP_README: an address of its own for each recipient, who travels alone then. */
    private static String sender(Entry entry) {
        MessageHead head = entry.message().head();
        return head.isVerp()
                ? Verp.sender(head.sender(), entry.recipients().getFirst(), head.verp())
                : head.sender();
    }

    DeliveryOutcome deliver(DeliveryRequest request) {
        String transport = request.transport();
        try {
            DeliveryReport report = services.deliver(request);
            return report.trouble()
                    .<DeliveryOutcome>map(t -> new DeliveryOutcome.SiteTrouble(report.someRemain(),
                            new Trouble(t.status(), t.reason())))
                    .orElseGet(() -> new DeliveryOutcome.Worked(report.someRemain()));
        } catch (ProtocolException e) {
            // The message, not the agent: no other mail waits for it.
            LOG.warn("{}: delivery over {}: {}", request.queueId(), transport, e.getMessage());
            return new DeliveryOutcome.Worked(true);
        } catch (ServiceUnreachableException e) {
            LOG.warn("connect to transport private/{}: {}", transport, e.reason());
            return new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_UNAVAILABLE);
        } catch (IOException e) {
            LOG.warn("private/{} socket: {}", transport, e.getMessage());
            LOG.warn("transport {} failure -- see a previous warning/fatal/panic logfile record for the problem"
                    + " description", transport);
            return new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_ERROR);
        }
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
