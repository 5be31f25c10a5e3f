package org.postrider.common.daemon;

import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;

/**
 * A program of the suite, as the daemon skeleton sees it. One JVM serves all services of one process group; each service is
 * opened by itself with its own parameters. A program keeps nothing static and mutable, so that services stay apart.
 */
public interface Program {
    /** The program's name, for messages before the first service is known. */
    String name();

    /**
     * How many event loops the process has. A program whose conversations work on files between two messages of their peer, and
     * are carried by event loops nevertheless, has as many as files may be worked on at the same time.
     */
    default int eventLoops() {
        return 1;
    }

    /**
     * Called once, before the root directory changes and privileges are dropped: open what only root may open, touch what is
     * not found inside a new root directory. The context is that of the first service.
     */
    default void prepare(ServiceContext context) throws ConfigurationException {}

    /**
     * Whose parameters name the tables that a service opens, as the column readers of the parameter catalogue has it. They are
     * opened before privileges are dropped. Nobody's by default: a process has no more in hand than it needs.
     *
     * @param command the command of the service in master.cf
     */
    default Set<String> tableReaders(String command) {
        return Set.of();
    }

    /**
     * Opens a service: reads its parameters into a record and builds what its conversations need. Called again in the same
     * JVM when the configuration changes: new conversations go to the new service, the previous one retires after its last.
     *
     * @param previous what this replaces; state that must live on, such as qmgr's, is taken over from it
     * @throws ConfigurationException when the service can't run so; logged as fatal, and master throttles the service
     */
    Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException;
}
