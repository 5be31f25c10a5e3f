package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Service;
import org.postrider.common.wire.Connection;

/**
 * Service {@code postlog} (public/postlog, unix-dgram): appends finished lines to maillog_file, which was opened before
 * privileges were dropped. A datagram holds one or more lines; a sender that leaves the last line end out gets one.
 */
final class PostlogService implements Service {
    /**
     * main.cf as postlogd(8) uses it.
     *
     * @param file maillog_file
     * @param prefixes maillog_file_prefixes
     * @param permissions maillog_file_permissions
     */
    record Settings(String file, List<String> prefixes, Set<PosixFilePermission> permissions) {
        static Settings of(Parameters parameters) {
            return new Settings(parameters.string("maillog_file"), parameters.list("maillog_file_prefixes"),
                    permissions(parameters.string("maillog_file_permissions")));
        }

        /** Postfix knows these three; see postconf(5). */
        private static Set<PosixFilePermission> permissions(String octal) {
            return PosixFilePermissions.fromString(switch (octal) {
                case "0600", "600" -> "rw-------";
                case "0640", "640" -> "rw-r-----";
                case "0644", "644" -> "rw-r--r--";
                default -> throw new ConfigurationException("bad maillog_file_permissions value: " + octal);
            });
        }

        private boolean allowed() {
            return prefixes.stream().anyMatch(file::startsWith);
        }
    }

    private final OutputStream file;
    private volatile boolean outdated;

    private PostlogService(OutputStream file) {
        this.file = file;
    }

    /** Opens maillog_file; {@code /dev/stdout} is the standard output of master, for containers. */
    static PostlogService open(Settings settings) throws ConfigurationException {
        if (settings.file().isEmpty()) {
            throw new ConfigurationException("The postlogd service is started, but maillog_file is empty");
        }
        if (settings.allowed()) {
            return new PostlogService(stream(settings));
        }
        throw new ConfigurationException(
                "maillog_file value '" + settings.file() + "' does not match any prefix in maillog_file_prefixes");
    }

    /**
     * After a reload: the file may be another one, and who wrote it before may not open it any more, as privileges are gone. Then the
     * old one goes on until another process, which begins with root's, takes its place.
     */
    PostlogService reopened(Settings settings) throws ConfigurationException {
        try {
            return open(settings);
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

    private static OutputStream stream(Settings settings) {
        String name = settings.file();
        try {
            return name.equals("/dev/stdout") ? System.out : file(Path.of(name), settings.permissions());
        } catch (IOException e) {
            throw new NotOpenedException("open logfile '" + name + "': " + e.getMessage(), e);
        }
    }

    /** A new file gets its permissions; one that is there keeps its own, as somebody may have changed them. */
    private static OutputStream file(Path file, Set<PosixFilePermission> permissions) throws IOException {
        try {
            Files.createFile(file);
            Files.setPosixFilePermissions(file, permissions);
        } catch (FileAlreadyExistsException _) {
            // The usual case.
        }
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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
