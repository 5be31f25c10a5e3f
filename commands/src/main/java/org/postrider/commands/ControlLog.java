package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.LogDestinations;
import org.postrider.common.log.LogDestination;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Processes;

/**
 * What postfix(1) says: in the mail log under the name {@code postfix-script}, as log readers know it, and on standard error
 * where that is a terminal.
 */
final class ControlLog implements AutoCloseable {
    private static final int INFO = 6;
    private static final int WARNING = 4;
    private static final int CRITICAL = 2;

    private final String tag;
    private final String commandTag;
    private final LogDestination destination;
    private final Console console;
    private final boolean terminal;

    private ControlLog(String name, LogDestination destination, Console console, boolean terminal) {
        this.tag = name + "/postfix-script";
        this.commandTag = name.equals("postfix") ? name : name + "/postfix";
        this.destination = destination;
        this.console = console;
        this.terminal = terminal;
    }

    static ControlLog open(Parameters parameters, Console console) throws IOException {
        LogDestination destination = LogDestinations.ofCommand(parameters,
                Path.of(parameters.string("queue_directory")));
        return new ControlLog(parameters.string("syslog_name"), destination, console, Processes.isTerminal(2));
    }

    void info(String text) {
        say(tag, INFO, text);
    }

    /** Says it as postfix(1) itself, not as the script that does the work. */
    void infoOfCommand(String text) {
        say(commandTag, INFO, text);
    }

    void warn(String text) {
        say(tag, WARNING, "warning: " + text);
    }

    /** Answers the exit status 1. */
    int fatal(String text) {
        say(tag, CRITICAL, "fatal: " + text);
        return 1;
    }

    private void say(String name, int severity, String text) {
        if (terminal) {
            console.err().print(name + ": " + text + "\n");
            console.err().flush();
        }
        try {
            destination.write(severity, System.currentTimeMillis() * 1000, name + "[" + Identity.pid() + "]: " + text);
            destination.flush();
        } catch (IOException e) {
            if (!terminal) {
                console.err().print(name + ": " + text + "\n");
                console.err().flush();
            }
        }
    }

    @Override
    public void close() throws IOException {
        destination.close();
    }
}
