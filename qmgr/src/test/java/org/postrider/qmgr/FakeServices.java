package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.ServiceUnreachableException;

/**
 * The other daemons, in memory. Every domain goes to the transport named by its first label; resolving one in {@code bug.} fails
 * as a bug does.
 */
final class FakeServices implements Services {
    /** An agent's work; it may throw as a broken connection does. */
    interface Agent {
        DeliveryReport deliver(DeliveryRequest request) throws IOException;
    }

    final List<DeliveryRequest> deliveries = new CopyOnWriteArrayList<>();
    final List<String> reports = new CopyOnWriteArrayList<>();
    final Map<String, Agent> agents = new ConcurrentHashMap<>();
    /** Is told each address that is resolved, and may wait. */
    volatile Consumer<String> resolving = _ -> {
    };
    volatile Function<String, Boolean> reportAnswer = _ -> true;

    @Override
    public ResolveAnswer resolve(ResolveRequest request) {
        resolving.accept(request.address());
        String domain = request.address().substring(request.address().indexOf('@') + 1);
        if (domain.startsWith("bug.")) {
            throw new IllegalStateException("bug");
        }
        return new ResolveAnswer(domain.substring(0, domain.indexOf('.')), domain, request.address(),
                request.address().startsWith("double-bounce@")
                        ? ResolveAnswer.CLASS_LOCAL
                        : ResolveAnswer.CLASS_DEFAULT);
    }

    @Override
    public List<ResolveAnswer> resolve(List<ResolveRequest> requests) {
        return requests.stream().map(this::resolve).toList();
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) throws IOException {
        Agent agent = agents.get(request.transport());
        if (agent == null) {
            throw new ServiceUnreachableException(Path.of("private/none"), new IOException("Connection refused"));
        }
        deliveries.add(request);
        return agent.deliver(request);
    }

    @Override
    public boolean report(String service, BounceRequest request) {
        reports.add(service + " " + request.operation() + " " + request.message().queueId());
        return reportAnswer.apply(service);
    }
}
