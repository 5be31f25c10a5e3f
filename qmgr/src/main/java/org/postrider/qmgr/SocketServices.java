package org.postrider.qmgr;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other daemons behind their sockets under private/. Safe for many threads; connections are kept between calls. */
final class SocketServices implements Services, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServices.class);

    private final Network network;
    private final Path directory;
    private final RewriteClient rewrite;
    private final Map<String, ServiceClient> clients = new ConcurrentHashMap<>();
    private final Duration ipcTimeout;
    private final Duration deliveryTimeout;

    /**
     * @param directory private/ under queue_directory
     * @param rewriteService rewrite_service_name
     * @param ipcTimeout qmgr_ipc_timeout: for all but what an agent does
     */
    SocketServices(Network network, Path directory, String rewriteService, Duration ipcTimeout,
            Duration deliveryTimeout) {
        this.network = network;
        this.directory = directory;
        this.ipcTimeout = ipcTimeout;
        this.deliveryTimeout = deliveryTimeout;
        this.rewrite = new RewriteClient(client(rewriteService));
    }

    @Override
    public ResolveAnswer resolve(ResolveRequest request) throws IOException {
        return rewrite.resolve(request);
    }

    @Override
    public List<ResolveAnswer> resolve(List<ResolveRequest> requests) throws IOException {
        return rewrite.resolve(requests);
    }

    private ServiceClient client(String service) {
        return clients.computeIfAbsent(service, name -> {
            ServiceClient.Limits limits = new ServiceClient.Limits(ipcTimeout, ServiceClient.Limits.DEFAULT.idle(),
                    ServiceClient.Limits.DEFAULT.lifetime());
            return new ServiceClient(network, directory.resolve(name), limits);
        });
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) throws IOException {
        ServiceClient client = client(request.transport());
        ServiceClient.Lease lease = client.lease();
        while (true) {
            try (ServiceClient.Lease held = lease) {
                DeliveryReport report = exchange(held.connection(), request);
                held.giveBack();
                return report;
            } catch (EOFException | ClosedChannelException | SocketException e) {
                if (!lease.reused()) {
                    throw e;
                }
                // The agent went away while the connection was idle; a fresh one has no such excuse.
                lease = client.fresh();
            }
        }
    }

    private DeliveryReport exchange(Connection connection, DeliveryRequest request) throws IOException {
        connection.timeout(ipcTimeout);
        request.write(connection.out());
        connection.out().flush();
        connection.timeout(deliveryTimeout);
        return DeliveryReport.fromAttributes(Attributes.read(connection.in()));
    }

    @Override
    public boolean report(String service, BounceRequest request) {
        try {
            return client(service).call(request.toAttributes()).integer("status", 1) == 0;
        } catch (IOException e) {
            LOG.warn("{}: {} service failure: {}", request.message().queueId(), service, e.getMessage());
            return false;
        }
    }

    /** Closes the idle connections; running calls end by themselves. */
    @Override
    public void close() {
        clients.values().forEach(ServiceClient::close);
    }
}
