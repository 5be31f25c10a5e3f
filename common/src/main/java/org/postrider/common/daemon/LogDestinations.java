package org.postrider.common.daemon;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.log.DatagramDestination;
import org.postrider.common.log.FileDestination;
import org.postrider.common.log.LogDestination;
import org.postrider.common.log.PostlogDestination;

/** Where the configuration says that log lines go: maillog_file (see postlogd(8)), else syslog_facility of the system's log. */
public final class LogDestinations {
    private static final Path SYSTEM_LOG = Path.of("/dev/log");
    private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");
    /** RFC 3164, 4.1.1: the place in the list is the number. */
    private static final List<String> FACILITIES = List.of("kern", "user", "mail", "daemon", "auth", "syslog", "lpr",
            "news", "uucp", "cron", "authpriv", "ftp", "", "", "", "", "local0", "local1", "local2", "local3",
            "local4", "local5", "local6", "local7");

    private LogDestinations() {}

    /**
     * Opens the destination of a daemon, whose standard output is master's.
     *
     * @param queueDirectory as this process sees it
     */
    public static LogDestination of(Parameters parameters, Path queueDirectory) throws IOException {
        return STANDARD_OUTPUT.equals(Path.of(parameters.string("maillog_file")))
                ? new FileDestination(new FileOutputStream(FileDescriptor.out), host(parameters))
                : ofCommand(parameters, queueDirectory);
    }

    /** Opens the destination of a command: {@code /dev/stdout} is that of master there, too, which postlogd writes to. */
    public static LogDestination ofCommand(Parameters parameters, Path queueDirectory) throws IOException {
        String file = parameters.string("maillog_file");
        if (file.isEmpty()) {
            return new DatagramDestination(SYSTEM_LOG, facility(parameters.string("syslog_facility")));
        }
        Path postlog = queueDirectory.resolve("public").resolve(parameters.string("postlog_service_name"));
        return new PostlogDestination(postlog, Path.of(file), host(parameters));
    }

    /** The first label of the host's name, as postlogd(8) writes it. */
    private static String host(Parameters parameters) {
        String name = parameters.string("myhostname");
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static int facility(String name) {
        int number = FACILITIES.indexOf(name);
        if (number < 0) {
            throw new ConfigurationException("unknown syslog_facility: " + name);
        }
        return number;
    }
}
