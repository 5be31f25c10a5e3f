package org.postrider.common.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.postrider.common.log.LogContext;
import org.postrider.common.log.LogDestination;
import org.postrider.common.log.Logging;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;

/** The main of every daemon. The process ends with {@code _exit}, as the JVM's own end waits for threads in native code. */
public final class Daemon {
    /** The environment variable with the path of master's control socket. */
    public static final String CONTROL = "POSTRIDER_CONTROL";

    private static final int PRIVATE = 0077;

    private Daemon() {}

    /** Serves until master says stop, goes away, or there is nothing to do; does not return. */
    public static void run(Program program, String[] arguments) {
        String control = System.getenv(CONTROL);
        if (control == null) {
            System.err.println(program.name() + ": fatal: do not run this command by hand; "
                    + "to control the mail system, use the 'postfix' command");
            Processes.exit(1);
            return;
        }
        Inodes.umask(PRIVATE);
        endBySignal();
        ProcessLogging logging = new ProcessLogging();
        int status;
        try {
            // Never closed: at the end of its time a conversation is cut off, not told of a network that has gone.
            status = new DaemonLoop(program, ControlChannel.connect(control), logging::start, InstantSource.system())
                    .run();
        } catch (PosixException e) {
            System.err.println(program.name() + ": fatal: connect to master: " + e.getMessage());
            status = 1;
        } catch (RuntimeException e) {
            System.err.println(program.name() + ": fatal: " + e);
            status = 1;
        }
        logging.close();
        Processes.exit(status);
    }

    /** An abort ends the process at once, where the JVM would run its shutdown hooks. */
    private static void endBySignal() {
        try {
            Processes.defaultAction(Processes.TERMINATE);
            Processes.defaultAction(Processes.HANGUP);
        } catch (PosixException e) {
            throw new IllegalStateException("signal: " + e.getMessage(), e);
        }
    }

    /** Logging begins with the first service: only then is it known where the lines go. */
    private static final class ProcessLogging {
        private @Nullable Logging logging;

        void start(ServiceDescription service, ServiceContext context) {
            try {
                LogContext own = context.logContext();
                LogDestination destination = LogDestinations.of(context.parameters(),
                        Path.of(service.queueDirectory()));
                logging = Logging.start(new LogContext(own.tag(), Identity.pid()), destination, service.verbose());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            if (logging != null) {
                logging.close();
            }
        }
    }
}
