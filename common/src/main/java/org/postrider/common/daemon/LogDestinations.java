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
     * Opens the destination.
     *
     * @param queueDirectory as this process sees it
     */
    public static LogDestination of(Parameters parameters, Path queueDirectory) throws IOException {
        String file = parameters.string("maillog_file");
        if (file.isEmpty()) {
            return new DatagramDestination(SYSTEM_LOG, facility(parameters.string("syslog_facility")));
        }
        String host = parameters.string("myhostname");
        Path path = Path.of(file);
        if (path.equals(STANDARD_OUTPUT)) {
            return new FileDestination(new FileOutputStream(FileDescriptor.out), host);
        }
        Path postlog = queueDirectory.resolve("public").resolve(parameters.string("postlog_service_name"));
        return new PostlogDestination(postlog, path, host);
    }

    private static int facility(String name) {
        int number = FACILITIES.indexOf(name);
        if (number < 0) {
            throw new ConfigurationException("unknown syslog_facility: " + name);
        }
        return number;
    }
}
