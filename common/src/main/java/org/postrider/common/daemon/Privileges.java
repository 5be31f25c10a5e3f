package org.postrider.common.daemon;

import java.nio.file.Path;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;

/** Gives up what a service does not need, once in the life of the process: root directory first, then groups and user. */
final class Privileges {
    private Privileges() {}

    /** The queue directory as this process will see it. */
    static Path queueDirectory(ServiceDescription service) {
        return service.chroot() ? Path.of("/") : Path.of(service.queueDirectory());
    }

    /** Whether the process will be another user than root, or in another root directory, after {@link #drop}. */
    static boolean areDropped(ServiceDescription service) {
        return service.chroot() || becomesAnother(service);
    }

    private static boolean becomesAnother(ServiceDescription service) {
        return service.uid() >= 0 && Identity.effectiveUid() == 0 && service.uid() != 0;
    }

    static void drop(ServiceDescription service) {
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
