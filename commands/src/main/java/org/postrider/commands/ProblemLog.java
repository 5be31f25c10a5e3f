package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.LogDestinations;
import org.postrider.common.log.LogDestination;

/**
 * The mail log for what a command has to complain of: main.cf is read and the log opened when there is something to say. A log
 * that can't be written is no reason for another complaint. Any thread.
 */
final class ProblemLog {
    private static final int WARNING = 4;
    private static final int ERROR = 3;
    private static final int CRITICAL = 2;

    private final @Nullable Map<String, String> environment;
    private @Nullable String configuration;
    private @Nullable LogDestination destination;
    private String tag = "";

    private ProblemLog(@Nullable Map<String, String> environment) {
        this.environment = environment;
    }

    /** Nothing is logged. */
    static ProblemLog none() {
        return new ProblemLog(null);
    }

    /** The log of the mail system whose configuration the environment, or {@link #configuration}, names. */
    static ProblemLog ofMailSystem(Map<String, String> environment) {
        return new ProblemLog(environment);
    }

    /** The directory that the command line names. */
    void configuration(@Nullable String directory) {
        configuration = directory;
    }

    void warning(String command, String text) {
        tell(command, WARNING, text);
    }

    void error(String command, String text) {
        tell(command, ERROR, text);
    }

    void fatal(String command, String text) {
        tell(command, CRITICAL, text);
    }

    private synchronized void tell(String command, int severity, String text) {
        if (environment == null) {
            return;
        }
        try {
            LogDestination log = opened(environment);
            log.write(severity, System.currentTimeMillis() * 1000,
                    tag + program(command) + '[' + ProcessHandle.current().pid() + "]: " + text);
            log.flush();
        } catch (IOException | ConfigurationException _) {
            // It was said on standard error.
        }
    }

    private LogDestination opened(Map<String, String> where) throws IOException {
        LogDestination log = destination;
        if (log == null) {
            Parameters parameters = CommandParameters.read(configuration, where);
            tag = parameters.string("syslog_name") + '/';
            log = LogDestinations.ofCommand(parameters, Path.of(parameters.string("queue_directory")));
            destination = log;
        }
        return log;
    }

    /** Other names of sendmail(1) are not told apart in the log. */
    private static String program(String command) {
        return command.equals("mailq") || command.equals("newaliases") ? "sendmail" : command;
    }
}
