package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.BackgroundStart;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.daemon.PidFile;
import org.postrider.common.daemon.QueueLayout;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;

/**
 * postfix(1): start, start-fg, stop, abort, reload, flush, status, check, logrotate, set-permissions, upgrade-configuration, explain. Says what it does in the mail log and, on a terminal,
 * on standard error. The exit status is 0 when it was done.
 */
public final class PostfixCommand {
    private static final String USAGE = "Usage: postfix start (or stop, reload, abort, flush, check, status, "
            + "set-permissions, upgrade-configuration, logrotate, explain)";
    private static final Duration ORDERLY = Duration.ofSeconds(25);
    private static final Duration FORCED = Duration.ofSeconds(10);
    private static final int STEP_MILLIS = 20;

    /** Options -v and -D. */
    private record Extras(boolean verbose, boolean debug) {}

    private final Console console;
    private final Parameters parameters;
    private final Path directory;
    private final Extras extras;
    private final ControlLog log;

    private PostfixCommand(Console console, Parameters parameters, Path directory, Extras extras, ControlLog log) {
        this.console = console;
        this.parameters = parameters;
        this.directory = directory;
        this.extras = extras;
        this.log = log;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofProcess("postfix");
        int status = run(List.of(arguments), console);
        console.out().flush();
        Processes.exit(status);
    }

    static int run(List<String> arguments, Console console) {
        try {
            Options options = Options.parse("c:Dv", arguments);
            @Nullable
            String configuration = null;
            boolean verbose = false;
            boolean debug = false;
            for (Options.Option option : options.given()) {
                switch (option.letter()) {
                    case 'c' -> configuration = Path.of(option.value()).toAbsolutePath().normalize().toString();
                    case 'v' -> verbose = true;
                    default -> debug = true;
                }
            }
            Path directory = CommandParameters.directory(configuration, console.environment());
            List<String> operands = options.operands();
            if (operands.size() > 1 && operands.getFirst().equals("check")) {
                return strictCheck(operands.subList(1, operands.size()), directory, console);
            }
            Parameters parameters = CommandParameters.read(configuration, console.environment());
            if (!operands.isEmpty() && operands.getFirst().equals("explain")) {
                return explain(operands.subList(1, operands.size()), parameters, directory, console);
            }
            if (!allowed(parameters)) {
                console.error("to submit mail, use the Postfix sendmail command");
                return console.fatal("the postfix command is reserved for the superuser");
            }
            try (ControlLog log = ControlLog.open(parameters, console)) {
                return new PostfixCommand(console, parameters, directory, new Extras(verbose, debug), log)
                        .command(options.operands());
            }
        } catch (UsageException | ConfigurationException | IOException e) {
            return console.fatal(e);
        }
    }

    /** Says nothing in the log and needs no privileges: it is meant for files that are not in use yet, too. */
    private static int strictCheck(List<String> options, Path directory, Console console) throws IOException {
        for (String option : options) {
            if (!List.of("--strict", "--json", "--offline").contains(option)) {
                return console.fatal("usage: postfix check [--strict] [--json] [--offline]");
            }
        }
        return StrictCheck.run(directory,
                new StrictCheck.Manner(Identity.effectiveUid(), !options.contains("--offline")),
                options.contains("--json"), console);
    }

    /** What smtpd would do only smtpd knows: it takes the place of this process. */
    private static int explain(List<String> question, Parameters parameters, Path directory, Console console)
            throws IOException {
        boolean asksForHelp = question.contains("-h") || question.contains("--help");
        if (!asksForHelp && !allowed(parameters)) {
            return console.fatal("postfix explain is reserved for the superuser");
        }
        List<String> command = new ArrayList<>(
                List.of(parameters.string("daemon_directory") + "/smtpd", "--explain"));
        command.addAll(question);
        Map<String, String> environment = new HashMap<>(console.environment());
        environment.put("MAIL_CONFIG", directory.toString());
        console.out().flush();
        try {
            Processes.execute(command, environment);
        } catch (PosixException e) {
            return console.fatal("execute " + command.getFirst() + ": " + e.getMessage());
        }
        return 1;
    }

    /** The super-user, and in unprivileged mode the user whose system it is. */
    private static boolean allowed(Parameters parameters) throws PosixException {
        int self = Identity.effectiveUid();
        return self == 0 || Accounts.byName(parameters.string("mail_owner")).filter(a -> a.uid() == self).isPresent();
    }

    private int command(List<String> operands) throws IOException {
        String name = operands.isEmpty() ? "" : operands.getFirst();
        sayLegacyDefaults();
        return switch (name) {
            case "start" -> start(false);
            case "start-fg" -> start(true);
            case "stop" -> stop();
            case "abort" -> abort();
            case "reload" -> reload();
            case "flush" -> flush();
            case "status" -> status();
            case "check" -> check() ? 0 : 1;
            case "logrotate" -> rotateLog();
            case "set-permissions" -> setPermissions(operands.subList(1, operands.size()));
            case "upgrade-configuration" -> upgrade(operands.subList(1, operands.size()));
            default -> log.fatal("unknown command: '" + name + "'. " + USAGE);
        };
    }

    /** Whatever is asked for: who has upgraded should know until the level is raised. */
    private void sayLegacyDefaults() {
        if (LegacyDefaults.of(parameters).mayKeepAny()) {
            log.infoOfCommand("Postfix is using backwards-compatible default settings");
            log.infoOfCommand("See http://www.postfix.org/COMPATIBILITY_README.html for details");
            log.infoOfCommand("To disable backwards compatibility use \"postconf compatibility_level="
                    + LegacyDefaults.newest().text() + "\" and \"postfix reload\"");
        }
    }

    private Path pidFile() {
        return Path.of(parameters.string("queue_directory")).resolve(parameters.string("process_id_directory"))
                .resolve("master.pid");
    }

    private boolean isRunning() throws PosixException {
        return PidFile.isLocked(pidFile());
    }

    private int start(boolean foreground) throws IOException {
        Path master = Path.of(parameters.string("daemon_directory")).resolve("master");
        if (!Files.isExecutable(master)) {
            return log.fatal("no Postfix master program " + master + "!");
        }
        if (isRunning()) {
            return log.fatal("the Postfix mail system is already running");
        }
        if (!check()) {
            return log.fatal("Postfix integrity check failed!");
        }
        log.info("starting the Postfix mail system");
        Map<String, String> environment = new HashMap<>(console.environment());
        environment.put("MAIL_CONFIG", directory.toString());
        List<String> options = new ArrayList<>();
        if (extras.verbose) {
            options.add("-v");
        }
        if (extras.debug) {
            environment.put("MAIL_DEBUG", "");
        }
        if (foreground) {
            return becomeMaster(master, options, environment);
        }
        return BackgroundStart.run(master, options, environment) ? 0 : log.fatal("mail system startup failed");
    }

    /** Same process id: the service manager, or the container, watches master itself. */
    private int becomeMaster(Path master, List<String> options, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(master.toString());
        command.add(Identity.pid() == 1 ? "-i" : "-s");
        command.addAll(options);
        console.out().flush();
        try {
            Processes.execute(command, environment);
        } catch (PosixException e) {
            return log.fatal("cannot start-fg the master daemon: " + e.getMessage());
        }
        return 1;
    }

    private int stop() throws IOException {
        if (!isRunning()) {
            return log.fatal("the Postfix mail system is not running");
        }
        log.info("stopping the Postfix mail system");
        signal(Processes.TERMINATE);
        if (hasEndedWithin(ORDERLY)) {
            return 0;
        }
        log.warn("stopping the Postfix mail system with force");
        return force();
    }

    private int abort() throws IOException {
        if (!isRunning()) {
            return log.fatal("the Postfix mail system is not running");
        }
        log.info("aborting the Postfix mail system");
        signal(Processes.TERMINATE);
        return force();
    }

    /** A second SIGTERM does not wait for conversations; the first may not have been seen yet, so it is said until it helps. */
    private int force() throws IOException {
        long end = System.nanoTime() + FORCED.toNanos();
        while (isRunning() && System.nanoTime() - end < 0) {
            Poll.await(new int[0], new int[0], STEP_MILLIS);
            signal(Processes.TERMINATE);
        }
        return isRunning() ? log.fatal("the Postfix mail system does not stop") : 0;
    }

    private boolean hasEndedWithin(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (isRunning()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Poll.await(new int[0], new int[0], STEP_MILLIS);
        }
        return true;
    }

    private int reload() throws IOException {
        if (!isRunning()) {
            return log.fatal("the Postfix mail system is not running");
        }
        log.info("refreshing the Postfix mail system");
        signal(Processes.HANGUP);
        return 0;
    }

    private void signal(int signal) throws IOException {
        OptionalInt pid = PidFile.read(pidFile());
        if (pid.isPresent() && isRunning()) {
            try {
                Processes.signal(pid.getAsInt(), signal);
            } catch (PosixException e) {
                if (isRunning()) {
                    throw e;
                }
            }
        }
    }

    private int flush() {
        return Postqueue.run(List.of("-c", directory.toString(), "-f"),
                console.named("postqueue"));
    }

    private int status() throws IOException {
        if (!isRunning()) {
            log.info("the Postfix mail system is not running");
            return 1;
        }
        OptionalInt pid = PidFile.read(pidFile());
        log.info("the Postfix mail system is running: PID: " + (pid.isPresent() ? pid.getAsInt() : "?"));
        return 0;
    }

    private int rotateLog() throws IOException {
        try {
            LogRotation.of(parameters).run(this::reopenLog);
            return 0;
        } catch (IOException e) {
            return log.fatal(String.valueOf(e.getMessage()));
        }
    }

    /** The log service opens its file again when the system reloads; what is said meanwhile is in the old file. */
    private void reopenLog(Path file) throws IOException {
        if (!isRunning()) {
            return;
        }
        signal(Processes.HANGUP);
        long end = System.nanoTime() + FORCED.toNanos();
        while (!Files.exists(file) && System.nanoTime() - end < 0) {
            Poll.await(new int[0], new int[0], STEP_MILLIS);
        }
    }

    /** The assignments go to main.cf first, because who owns what depends on them. */
    private int setPermissions(List<String> assignments) throws IOException {
        if (!assign(assignments)) {
            return 1;
        }
        Parameters now = CommandParameters.read(directory.toString(), console.environment());
        new QueueLayout(Path.of(now.string("queue_directory")), MailOwner.of(now)).set(now);
        return 0;
    }

    private int upgrade(List<String> assignments) {
        if (!assign(assignments)) {
            return 1;
        }
        Path file = directory.resolve("master.cf");
        ServiceUpgrade upgrade = new ServiceUpgrade(file.toString());
        new EditedFile(file).replace(upgrade);
        upgrade.added().forEach(name -> console.out()
                .println("Editing " + file + ", adding missing entry for " + name + " service"));
        return 0;
    }

    private boolean assign(List<String> assignments) {
        if (assignments.isEmpty()) {
            return true;
        }
        List<String> edit = new ArrayList<>(List.of("-c", directory.toString(), "-e"));
        edit.addAll(assignments);
        return Postconf.run(edit, console.named("postconf")) == 0;
    }

    private boolean check() {
        return new InstallationCheck(parameters, directory, log).run();
    }
}
