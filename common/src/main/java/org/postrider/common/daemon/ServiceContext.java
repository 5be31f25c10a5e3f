package org.postrider.common.daemon;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.log.LogContext;
import org.postrider.common.wire.Network;

/** What a service gets from the skeleton. One object for each service and configuration generation; safe for every thread. */
public final class ServiceContext {
    /** What all services of one JVM share. */
    public record Shared(Network network, Executor fileWork, InstantSource clock, SessionNumbers numbers) {}

    private final ServiceDescription description;
    private final Path queueDirectory;
    private final Shared shared;
    private final Parameters parameters;
    private final String tag;
    private final Map<String, ServiceClient> clients = new ConcurrentHashMap<>();

    /** @param queueDirectory as this process sees it: {@code /} after a change of the root directory */
    public ServiceContext(ServiceDescription description, Path queueDirectory, Shared shared) {
        this.description = description;
        this.queueDirectory = queueDirectory;
        this.shared = shared;
        this.parameters = Parameters.of(description.settings());
        this.tag = parameters.string("syslog_name") + "/" + description.program();
    }

    /** The service's name, first column of master.cf. */
    public String serviceName() {
        return description.name();
    }

    /** How the service is reached, second column of master.cf. */
    public String serviceType() {
        return description.type();
    }

    /** The name the program runs under, command column of master.cf: one program may have several. */
    public String programName() {
        return description.program();
    }

    /** What follows the program's name in master.cf, without options. */
    public List<String> arguments() {
        return description.arguments().stream().dropWhile(ServiceDescription::isOption).toList();
    }

    /** Most conversations at once; 0 for no limit. */
    public int limit() {
        return description.limit();
    }

    /** Counts starts and reloads: answers cached from another generation are stale. */
    public long generation() {
        return description.generation();
    }

    /** The effective parameters of this service. */
    public Parameters parameters() {
        return parameters;
    }

    /** The queue directory, absolute. */
    public Path queueDirectory() {
        return queueDirectory;
    }

    /** The event loops of this process. */
    public Network network() {
        return shared.network();
    }

    /** A bounded number of platform threads for work that blocks in the file system. */
    public Executor fileWork() {
        return shared.fileWork();
    }

    /** The time. */
    public InstantSource clock() {
        return shared.clock();
    }

    /** The log context of this service outside conversations, with the process id for its number. */
    public LogContext logContext() {
        return new LogContext(tag, shared.numbers().own());
    }

    /** A new log context of this service with a number of its own, as every conversation has one. */
    public LogContext sessionContext() {
        return new LogContext(tag, shared.numbers().next());
    }

    /** A client of this service socket, such as {@code private/bounce}; the same one for every caller. */
    public ServiceClient client(String socket) {
        return clients.computeIfAbsent(socket, path -> new ServiceClient(network(), queueDirectory.resolve(path),
                new ServiceClient.Limits(parameters.time("ipc_timeout"), parameters.time("ipc_idle"),
                        parameters.time("ipc_ttl"))));
    }

    /** Hands messages to cleanup. */
    public CleanupClient cleanup() {
        return new CleanupClient(cleanupService());
    }

    /** Asks trivial-rewrite. */
    public RewriteClient rewrite() {
        return new RewriteClient(rewriteService());
    }

    /** Has cleanup and trivial-rewrite started, for a service whose next act will be to need both. */
    public void wakeCompanions() {
        rewriteService().wake();
        cleanupService().wake();
    }

    private ServiceClient cleanupService() {
        return client("public/" + parameters.string("cleanup_service_name"));
    }

    private ServiceClient rewriteService() {
        return client("private/" + parameters.string("rewrite_service_name"));
    }

    /** Closes kept connections; called when the service has retired. */
    void close() {
        clients.values().forEach(ServiceClient::close);
    }
}
