package org.postrider.master;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.BackgroundStart;
import org.postrider.common.daemon.LogDestinations;
import org.postrider.common.daemon.PidFile;
import org.postrider.common.daemon.QueueLayout;
import org.postrider.common.log.Log;
import org.postrider.common.log.LogContext;
import org.postrider.common.log.LogDestination;
import org.postrider.common.log.Logging;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main of master(8): options, locks, queue directories, listeners; then {@link MasterLoop}. */
public final class Master {
    private static final Logger LOG = LoggerFactory.getLogger(Master.class);
    private static final Path DEFAULT_DIRECTORY = Path.of("/etc/postfix");
    private static final int PRIVATE = 0077;
    private static final Duration LONGEST_TURN = Duration.ofSeconds(1000);

    private final MasterOptions options;
    private final Map<String, String> environment;
    private @Nullable Logging logging;

    private Master(MasterOptions options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        int status;
        try {
            MasterOptions options = MasterOptions.parse(arguments, System.getenv(), DEFAULT_DIRECTORY);
            status = options.background()
                    ? background(options, arguments)
                    : new Master(options, System.getenv()).start();
        } catch (ConfigurationException e) {
            System.err.println("master: fatal: " + e.getMessage());
            status = 1;
        }
        System.err.flush();
        Processes.exit(status);
    }

    /** -w: the real master is a child in a session of its own; this one stays until it is ready. */
    private static int background(MasterOptions options, String[] arguments) {
        List<String> rest = new ArrayList<>();
        for (String argument : arguments) {
            String without = argument.startsWith("-") ? argument.replace("w", "") : argument;
            if (!without.equals("-")) {
                rest.add(without);
            }
        }
        Path program = Generation.read(options.directory(), 0, false).program("master");
        try {
            return BackgroundStart.run(program, rest, System.getenv()) ? 0 : 1;
        } catch (PosixException e) {
            throw new ConfigurationException("execute " + program + ": " + e.getMessage(), e);
        }
    }

    private int start() {
        try {
            Generation generation = Generation.read(options.directory(), 1, options.verbose());
            Path pidFile = generation.pidDirectory().resolve("master.pid");
            if (options.test()) {
                return PidFile.isLocked(pidFile) ? 1 : 0;
            }
            startLogging(generation);
            serve(generation, pidFile);
            return 0;
        } catch (ConfigurationException e) {
            return fatal(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return fatal(e instanceof PosixException posix ? posix.call() + ": " + e.getMessage() : e.toString());
        } finally {
            if (logging != null) {
                logging.close();
            }
        }
    }

    private int fatal(String reason) {
        if (logging != null) {
            LOG.error(Log.FATAL, reason);
        }
        System.err.println("master: fatal: " + reason);
        return 1;
    }

    private void startLogging(Generation generation) throws IOException {
        LogDestination destination = LogDestinations.of(generation.parameters(), generation.queueDirectory());
        LogContext own = new LogContext(generation.settings().syslogName() + "/master", Identity.pid());
        logging = Logging.start(own, destination, options.verbose());
    }

    private void serve(Generation generation, Path pidFile) throws IOException {
        if (options.init() && Identity.pid() != 1) {
            throw new ConfigurationException("-i is allowed only for process ID 1");
        }
        Inodes.umask(PRIVATE);
        new QueueLayout(generation.queueDirectory(), generation.owner()).make(generation.parameters());
        Path dataLock = generation.settings().dataDirectory().resolve("master.lock");
        try (PidFile lock = PidFile.lock(pidFile, "pid/master.pid");
                PidFile data = PidFile.lock(dataLock, dataLock.toString())) {
            lock.write(Identity.pid());
            data.write(Identity.pid());
            if (generation.owner().privileged()) {
                data.giveTo(generation.owner().uid(), generation.owner().gid());
            }
            locked(generation);
        }
    }

    private void locked(Generation generation) throws IOException {
        Signals signals = new Signals();
        signals.install();
        DaemonsLock daemons = DaemonsLock.take(generation.pidDirectory().resolve("daemons.lock"));
        JournalReplay journal = new JournalReplay(generation);
        journal.beforeStart();
        Identity.changeDirectory(generation.queueDirectory());
        ServiceTable services = new ServiceTable();
        services.open(generation);
        try (ControlListener control = ControlListener.bind(generation.queueDirectory())) {
            ChildOutput output = new ChildOutput();
            Spawner spawner = new Spawner(environment, options.debug() ? 2 : output.writer());
            ProcessTable processes = new ProcessTable(spawner, control.path(), daemons.descriptor(), services,
                    generation);
            SystemdNotice systemd = new SystemdNotice(environment);
            Watchdog watchdog = new Watchdog(LONGEST_TURN, Master::hung);
            MasterLoop loop = new MasterLoop(
                    new MasterLoop.Parts(signals, control, output, services, processes, systemd,
                            number -> Generation.read(options.directory(), number, options.verbose()), watchdog),
                    generation, generation.settings().version(),
                    Duration.ofSeconds(options.exitSeconds()));
            LOG.info("daemon started -- version {}, configuration {}",
                    generation.settings().version(), options.directory());
            generation.warnings().forEach(LOG::warn);
            generation.notes().forEach(LOG::info);
            detach();
            systemd.ready();
            watchdog.start();
            loop.run();
            journal.afterStop();
        }
    }

    private static void hung() {
        LOG.error(Log.FATAL, "watchdog timeout");
        Processes.exit(1);
    }

    /** Ready: says so to who waits, and lets go of the terminal. */
    private void detach() throws PosixException {
        if (environment.containsKey(BackgroundStart.READY)) {
            Descriptors.write(1, "ready\n".getBytes(StandardCharsets.US_ASCII));
        }
        if (options.debug()) {
            return;
        }
        if (!options.init() && !options.keepStandardOutput()) {
            newSession();
        }
        int nothing = Inodes.open(Path.of("/dev/null"), Inodes.READ_WRITE, 0);
        Descriptors.duplicateTo(nothing, 0);
        if (!options.init() && !options.keepStandardOutput()) {
            Descriptors.duplicateTo(nothing, 1);
        }
        Descriptors.duplicateTo(nothing, 2);
        Descriptors.close(nothing);
    }

    private static void newSession() {
        try {
            Processes.newSession();
        } catch (PosixException _) {
            // This process leads a session already.
        }
    }
}
