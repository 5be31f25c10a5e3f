package org.postrider.qmgr;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.queue.QueueDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program. A reload hands the running {@link QueueManager} from the previous service to the new one. */
public final class Qmgr implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(Qmgr.class);

    /** Started by master. */
    public static void main(String[] arguments) {
        Daemon.run(new Qmgr(), arguments);
    }

    @Override
    public String name() {
        return "qmgr";
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        Parameters parameters = context.parameters();
        QmgrSettings settings = QmgrSettings.from(parameters, deliveryLimits(parameters));
        QueueDirectory directory = new QueueDirectory(context.queueDirectory(),
                Set.copyOf(parameters.list("hash_queue_names")), parameters.number("hash_queue_depth"));
        SocketServices services = new SocketServices(context.network(), context.queueDirectory().resolve("private"),
                context.rewrite(), settings.ipcTimeout(), settings.deliveryTimeout());
        QueueManager.Parts parts = QueueManager.Parts.of(settings, directory, services, context.clock(),
                time -> LockSupport.parkNanos(time.toNanos()));
        if (previous.isPresent() && previous.get() instanceof QmgrService running) {
            QueueManager manager = running.handOver();
            manager.reconfigure(parts);
            return new QmgrService(manager, services);
        }
        QueueManager manager = new QueueManager(parts, new FairScheduler(settings.scheduler()), context.clock(),
                context.fileWork(), context.network()::thread);
        manager.start();
        return new QmgrService(manager, services);
    }

    /**
     * The maxproc column of every transport: more deliveries at once would only wait at the agent's door. Without a readable
     * master.cf default_process_limit holds for all.
     */
    private static Map<String, Integer> deliveryLimits(Parameters parameters) {
        Map<String, Integer> limits = new HashMap<>();
        Path file = Path.of(parameters.string("config_directory"), "master.cf");
        try {
            for (ServiceEntry entry : MasterCf.read(file, parameters).entries()) {
                limits.put(entry.name(), entry.maxProcesses() == 0 ? Integer.MAX_VALUE : entry.maxProcesses());
            }
        } catch (ConfigurationException | UncheckedIOException e) {
            LOG.warn("{}: {}; default_process_limit holds for every transport", file, e.getMessage());
        }
        return limits;
    }
}
