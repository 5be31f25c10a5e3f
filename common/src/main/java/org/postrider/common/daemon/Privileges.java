package org.postrider.common.daemon;

import java.nio.file.Path;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;

/** Gives up what a service does not need, once in the life of the process: root directory first, then groups and user. */
public final class Privileges {
    private Privileges() {}

    /** The queue directory as this process will see it. */
    public static Path queueDirectory(ServiceDescription service) {
        return service.chroot() ? Path.of("/") : Path.of(service.queueDirectory());
    }

    /**
     * What a program does before it serves: it reads and opens what only root can, then gives up what the service does not need.
     * A ConfigurationException where the system does not let us.
     */
    public static void prepare(Program program, ServiceDescription service, ServiceContext context,
            ServiceContext.Shared shared) {
        program.prepare(context);
        if (areDropped(service)) {
            new TablesAhead(program, context.tables()).keep(service, context.parameters());
            drop(service);
            shared.tableFiles().seal(service.chroot());
        } else {
            drop(service);
        }
    }

    /** Whether the process will be another user than root, or in another root directory, after {@link #drop}. */
    private static boolean areDropped(ServiceDescription service) {
        return service.chroot() || becomesAnother(service);
    }

    private static boolean becomesAnother(ServiceDescription service) {
        return service.uid() >= 0 && Identity.effectiveUid() == 0 && service.uid() != 0;
    }

    private static void drop(ServiceDescription service) {
        try {
            if (service.chroot()) {
                Preload.touch();
                Identity.changeRoot(Path.of(service.queueDirectory()));
            } else {
                Identity.changeDirectory(Path.of(service.queueDirectory()));
            }
            if (becomesAnother(service)) {
                Identity.become(service.uid(), service.gid(), service.gid());
            }
        } catch (PosixException e) {
            throw new ConfigurationException(e.call() + ": " + e.getMessage(), e);
        }
    }
}
