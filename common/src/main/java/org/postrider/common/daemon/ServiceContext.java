package org.postrider.common.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.log.LogContext;
import org.postrider.common.lookup.TableFiles;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.lookup.TableServices;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.Tables;
import org.postrider.common.wire.Network;

/** What a service gets from the skeleton. One object for each service and configuration generation; safe for every thread. */
public final class ServiceContext {
    /** What all services of one JVM share. */
    public record Shared(Network network, Executor fileWork, InstantSource clock, SessionNumbers numbers,
            TablePlugins plugins, TableFiles tableFiles) {
        /** Without the plug-ins of an image, in a process that gives up nothing. */
        public Shared(Network network, Executor fileWork, InstantSource clock, SessionNumbers numbers) {
            this(network, fileWork, clock, numbers, TablePlugins.none(), new TableFiles(clock));
        }
    }

    /** A table that proxymap can't answer for so long is unavailable: its own time limits are shorter. */
    private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(100);

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

    /** The tables of this service; a relative file name is taken from the queue directory. */
    public Tables tables() {
        return tables(queueDirectory);
    }

    /** The tables of this service; a relative file name is taken from this directory. */
    public Tables tables(Path directory) {
        return new Tables(tableSettings(directory));
    }

    /**
     * Tables that decide over files, commands and users, as local(8) and virtual(8) have them: {@code proxy:} tables are opened in
     * this process, as proxymap(8) runs with fewer rights and must not tell such things.
     */
    public Tables trustedTables(Path directory) {
        TableSettings settings = tableSettings(directory);
        return new Tables(settings.withServices(settings.services().withoutProxy()));
    }

    private TableSettings tableSettings(Path directory) {
        return TableSettings.of(directory, clock())
                .withOpenErrorIsFatal(parameters.bool("daemon_table_open_error_is_fatal"))
                .withServices(new TableServices(() -> parameters, shared.plugins(),
                        Optional.of(proxymap("proxymap_service_name")),
                        Optional.of(proxymap("proxywrite_service_name")), shared.tableFiles()));
    }

    private ProxymapClient proxymap(String parameter) {
        String name = parameters.string(parameter);
        Duration timeout = parameters.time("ipc_timeout");
        ServiceClient client = clients.computeIfAbsent("private/" + name,
                path -> new ServiceClient(network(), queueDirectory.resolve(path),
                        new ServiceClient.Limits(
                                timeout.compareTo(LONGEST_LOOKUP) < 0 ? timeout : LONGEST_LOOKUP,
                                parameters.time("ipc_idle"), parameters.time("ipc_ttl"))));
        return new ProxymapClient(() -> name, request -> client.exchange(connection -> {
            request.write(connection.out());
            connection.out().flush();
            return ProxymapClient.answer(connection.in());
        }));
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
