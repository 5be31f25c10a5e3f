package org.postrider.bounce;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.posix.FileThreads;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.ProtocolException;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** bounce(8): serves bounce, defer and trace, each with its own log and its own parameters. */
public final class Bounce implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(Bounce.class);

    public static void main(String[] arguments) {
        Daemon.run(new Bounce(), arguments);
    }

    @Override
    public String name() {
        return "bounce";
    }

    @Override
    public Set<String> tableReaders(String command) {
        return command.equals(name()) ? Set.of(command, "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        Parameters parameters = context.parameters();
        BounceSettings settings = BounceSettings.of(parameters);
        QueueDirectory directory = QueueDirectory.of(context.queueDirectory(), parameters);
        Letters letters = new CleanupLetters(context.cleanup(), settings, context.clock());
        BounceService service = new BounceService(kind(context.serviceName(), parameters), directory, settings,
                new Correspondence(settings, letters, context.clock()), WaitingSites.of(context),
                new FileThreads(context.fileWork()), context.clock());
        return connection -> converse(connection, service);
    }

    private static LogKind kind(String serviceName, Parameters parameters) {
        if (serviceName.equals(parameters.string("defer_service_name"))) {
            return LogKind.DEFER;
        }
        if (serviceName.equals(parameters.string("trace_service_name"))) {
            return LogKind.TRACE;
        }
        return LogKind.BOUNCE;
    }

    /** Requests and answers until the client hangs up. */
    private static void converse(Connection connection, BounceService service) throws IOException {
        while (true) {
            Optional<Attributes> list = Attributes.readIfAny(connection.in());
            if (list.isEmpty()) {
                return;
            }
            BounceRequest request;
            try {
                request = BounceRequest.fromAttributes(list.get());
            } catch (ProtocolException e) {
                LOG.warn("malformed request: {}", e.getMessage());
                return;
            }
            BounceRequest.answer(service.handle(request)).write(connection.out());
            connection.out().flush();
        }
    }
}
