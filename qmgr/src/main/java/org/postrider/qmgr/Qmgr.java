package org.postrider.qmgr;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ProcessLimits;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.QueueDirectory;

/**
 * The program. As oqmgr(8) it is the same without overtaking: messages are delivered in the order in which they came. A reload hands the
 * running {@link QueueManager} from the previous service to the new one.
 */
public final class Qmgr implements Program {
    private static final String OLD_NAME = "oqmgr";

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
        QmgrSettings settings = QmgrSettings.from(parameters, ProcessLimits.in(parameters),
                !context.programName().equals(OLD_NAME));
        QueueDirectory directory = QueueDirectory.of(context.queueDirectory(), parameters);
        SocketServices services = new SocketServices(context.network(), context.queueDirectory().resolve("private"),
                parameters.string("rewrite_service_name"), settings.ipcTimeout(), settings.deliveryTimeout());
        QmgrService running = previous.orElse(null) instanceof QmgrService service ? service : null;
        Clocks clocks = running == null ? Clocks.of(context.clock()) : running.clocks();
        QueueManager.Parts parts = QueueManager.Parts.of(settings, directory, services, clocks,
                time -> LockSupport.parkNanos(time.toNanos()), context.network()::thread);
        if (running != null) {
            return running.handOver(parts, services);
        }
        FileLocks.Held lock = OnlyOne.take(directory);
        QueueManager manager = new QueueManager(parts, new Scheduler(settings.scheduler()), clocks,
                context.fileWork(), context.network()::thread);
        manager.start();
        return new QmgrService(manager, services, clocks, lock);
    }
}
