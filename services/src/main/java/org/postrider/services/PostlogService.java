package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Service;
import org.postrider.common.wire.Connection;

/**
 * Service {@code postlog} (public/postlog, unix-dgram): appends finished lines to maillog_file, which was opened before
 * privileges were dropped. A datagram holds one or more lines; a sender that leaves the last line end out gets one.
 */
final class PostlogService implements Service {
    private final OutputStream file;
    private volatile boolean outdated;

    private PostlogService(OutputStream file) {
        this.file = file;
    }

    /** Opens maillog_file; {@code /dev/stdout} is the standard output of master, for containers. */
    static PostlogService open(Parameters parameters) throws ConfigurationException {
        String name = parameters.string("maillog_file");
        if (name.isEmpty()) {
            throw new ConfigurationException("The postlogd service is started, but maillog_file is empty");
        }
        if (allowed(name, parameters)) {
            return new PostlogService(stream(name));
        }
        throw new ConfigurationException(
                "maillog_file value '" + name + "' does not match any prefix in maillog_file_prefixes");
    }

    /**
     * After a reload: the file may be another one, and who wrote it before may not open it any more, as privileges are gone. Then the
     * old one goes on until another process, which begins with root's, takes its place.
     */
    PostlogService reopened(Parameters parameters) throws ConfigurationException {
        try {
            return open(parameters);
        } catch (NotOpenedException _) {
            outdated = true;
            return this;
        }
    }

    @Override
    public boolean isOutdated() {
        return outdated;
    }

    private static final class NotOpenedException extends ConfigurationException {
        private static final long serialVersionUID = 1L;

        NotOpenedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static boolean allowed(String name, Parameters parameters) {
        for (String prefix : parameters.list("maillog_file_prefixes")) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static OutputStream stream(String name) {
        try {
            return name.equals("/dev/stdout")
                    ? System.out
                    : Files.newOutputStream(Path.of(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new NotOpenedException("open logfile '" + name + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void datagram(byte[] lines) {
        try {
            file.write(lines);
            if (lines.length == 0 || lines[lines.length - 1] != '\n') {
                file.write('\n');
            }
            file.flush();
        } catch (IOException e) {
            // The disk is full or the file is gone; a log line is not worth a daemon.
            System.err.println("postlogd: write: " + e.getMessage());
        }
    }

    @Override
    public void converse(Connection connection) throws IOException {
        throw new IOException("postlogd listens to datagrams");
    }
}
