package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.LogDestinations;
import org.postrider.common.log.LogDestination;

/**
 * What a command says on standard error and in the mail log. A log that can't be written, such as one that belongs to root while the
 * mail system is down, is no reason to do less. One thread.
 */
final class CommandLog implements AutoCloseable {
    private static final int INFO = 6;
    private static final int WARNING = 4;

    private final Console console;
    private final String tag;
    private final @Nullable LogDestination destination;

    private CommandLog(Console console, String tag, @Nullable LogDestination destination) {
        this.console = console;
        this.tag = tag;
        this.destination = destination;
    }

    static CommandLog open(Parameters parameters, Console console) {
        String tag = parameters.string("syslog_name") + '/' + console.command() + '[' + ProcessHandle.current().pid()
                + "]: ";
        try {
            return new CommandLog(console, tag,
                    LogDestinations.ofCommand(parameters, Path.of(parameters.string("queue_directory"))));
        } catch (IOException _) {
            return new CommandLog(console, tag, null);
        }
    }

    void info(String text) {
        console.info(text);
        write(INFO, text);
    }

    void warn(String text) {
        console.warn(text);
        write(WARNING, "warning: " + text);
    }

    private void write(int severity, String text) {
        if (destination != null) {
            try {
                destination.write(severity, System.currentTimeMillis() * 1000, tag + text);
            } catch (IOException _) {
                // It was said on standard error.
            }
        }
    }

    @Override
    public void close() {
        if (destination != null) {
            try (destination) {
                destination.flush();
            } catch (IOException _) {
                // It was said on standard error.
            }
        }
    }
}
