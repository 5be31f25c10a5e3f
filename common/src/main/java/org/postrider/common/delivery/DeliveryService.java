package org.postrider.common.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.posix.FileSystemIdentity;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;

/** A configured delivery agent as the daemon skeleton sees it, and the parts that agents make from their parameters. */
public final class DeliveryService implements Service {
    private final DeliveryAgent agent;
    private final boolean onLoop;

    private DeliveryService(DeliveryAgent agent, boolean onLoop) {
        this.agent = agent;
        this.onLoop = onLoop;
    }

    /** The service that this door makes of a context. */
    public static DeliveryService of(ServiceContext context, Logger log, Door door) {
        return new DeliveryService(new DeliveryAgent(parts(context, log), door), false);
    }

    /**
     * The same for a door that works on files only, in a program that has event loops for that
     * ({@link org.postrider.common.daemon.Program#eventLoops()}): no commands, no long computation.
     */
    public static DeliveryService onLoops(ServiceContext context, Logger log, Door door) {
        return new DeliveryService(new DeliveryAgent(parts(context, log), door), true);
    }

    @Override
    public boolean conversesOnLoop() {
        return onLoop;
    }

    @Override
    public void stopping() {
        agent.stopping();
    }

    @Override
    public void converse(Connection connection) throws IOException {
        agent.converse(connection);
    }

    /** What every agent needs, from main.cf. */
    public static AgentParts parts(ServiceContext context, Logger log) {
        Parameters parameters = context.parameters();
        QueueDirectory queue = QueueDirectory.of(context.queueDirectory(), parameters);
        FailureServices services = new SocketFailureServices(client(context, "bounce_service_name"),
                client(context, "defer_service_name"), client(context, "trace_service_name"),
                client(context, "address_verify_service_name"));
        return new AgentParts(new QueuedMessages(queue), services, context.clock(),
                new DelayFormat(parameters.number("delay_logging_resolution_limit")), AddressForm.of(parameters),
                parameters.bool("soft_bounce"), filter(context), log);
    }

    private static ServiceClient client(ServiceContext context, String parameter) {
        return context.client("private/" + context.parameters().string(parameter));
    }

    private static StatusFilter filter(ServiceContext context) {
        Parameters parameters = context.parameters();
        String own = context.programName() + "_delivery_status_filter";
        String name = parameters.names().contains(own) ? own : "default_delivery_status_filter";
        return new StatusFilter(context.tables(tableDirectory(context)).list(parameters.list(name)));
    }

    /** File work with recipients' rights, on the context's threads. */
    public static RecipientIdentity identity(ServiceContext context) {
        return new RecipientIdentity(Identity.effectiveUid(), Identity.gid(), context.fileWork(),
                FileSystemIdentity::assume);
    }

    /**
     * Maildirs with file names of this host and process.
     *
     * @param otherwise the status code of failures that have none of their own
     */
    public static Maildir maildir(ServiceContext context, String otherwise) {
        return new Maildir(context.parameters().string("myhostname"), Identity.pid(), context.clock(), otherwise);
    }

    /**
     * Mailbox files, locked as this parameter says.
     *
     * @param otherwise the status code of failures that have none of their own
     */
    public static Mbox mbox(ServiceContext context, String lockParameter, String otherwise) {
        InstantSource clock = context.clock();
        return new Mbox(MailboxLocking.of(context.parameters(), lockParameter, clock), otherwise);
    }

    /** What export_environment passes on to commands: names from our own environment, or {@code name=value}. */
    public static Map<String, String> exported(List<String> names, Map<String, String> own) {
        Map<String, String> exported = new HashMap<>();
        for (String name : names) {
            int equals = name.indexOf('=');
            if (equals > 0) {
                exported.put(name.substring(0, equals), name.substring(equals + 1));
            } else if (own.containsKey(name)) {
                exported.put(name, own.getOrDefault(name, ""));
            }
        }
        return exported;
    }

    /** The directory that relative table names are found in. */
    public static Path tableDirectory(ServiceContext context) {
        return Path.of(context.parameters().string("config_directory"));
    }
}
