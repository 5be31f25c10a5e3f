package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.daemon.QueueLayout;

/**
 * {@code postfix check}: makes missing queue directories, reads the configuration, and warns of owners and permissions with which
 * somebody else could change what the mail system does. In unprivileged mode everything belongs to one user, and there is
 * nothing to warn of.
 */
final class InstallationCheck {
    private static final int OTHERS_WRITE = 0022;

    private final Parameters parameters;
    private final Path directory;
    private final ControlLog log;

    InstallationCheck(Parameters parameters, Path directory, ControlLog log) {
        this.parameters = parameters;
        this.directory = directory;
        this.log = log;
    }

    /** False when the system can't be started so; why has been said. */
    boolean run() {
        if (!Files.isRegularFile(directory.resolve("master.cf"))) {
            int _ = log.fatal("no " + directory + "/master.cf file found");
            return false;
        }
        try {
            MainCf.read(directory.resolve("main.cf")).warnings().forEach(log::warn);
            MasterCf.read(directory.resolve("master.cf"), parameters).warnings().forEach(log::warn);
            MailOwner owner = MailOwner.of(parameters);
            new QueueLayout(queue(), owner).make(parameters);
            if (owner.privileged()) {
                check(owner);
            }
            return true;
        } catch (ConfigurationException | IOException e) {
            int _ = log.fatal(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private Path queue() {
        return Path.of(parameters.string("queue_directory"));
    }

    private void check(MailOwner owner) throws IOException {
        for (Path one : List.of(directory, queue(), queue().resolve("pid"))) {
            rootOnly(one);
        }
        for (Path top : List.of(directory, Path.of(parameters.string("daemon_directory")))) {
            try (Stream<Path> files = Files.list(top)) {
                for (Path file : files.sorted().toList()) {
                    rootOnly(file);
                }
            }
        }
        for (String name : QueueLayout.MAIL) {
            Path place = queue().resolve(name);
            if (!Integer.valueOf(owner.uid()).equals(attributes(place).get("uid"))) {
                log.warn("not owned by " + parameters.string("mail_owner") + ": " + place);
            }
        }
        damaged();
    }

    private void rootOnly(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(file)) {
            return;
        }
        Map<String, Object> attributes = attributes(file);
        if (!Integer.valueOf(0).equals(attributes.get("uid"))) {
            log.warn("not owned by root: " + file);
        }
        if (attributes.get("mode") instanceof Integer mode && (mode & OTHERS_WRITE) != 0) {
            log.warn("group or other writable: " + file);
        }
    }

    private static Map<String, Object> attributes(Path file) throws IOException {
        return Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    }

    private void damaged() throws IOException {
        try (Stream<Path> files = Files.walk(queue().resolve("corrupt"))) {
            files.filter(Files::isRegularFile).sorted().forEach(file -> log.warn("damaged message: " + file));
        }
    }
}
