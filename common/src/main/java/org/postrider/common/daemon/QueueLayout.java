package org.postrider.common.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.posix.Inodes;

/**
 * The directories below queue_directory, with Postfix's owners and modes; made when they are missing, else left alone. One
 * difference: anybody may search {@code public}, because no command is set-gid; the sockets in it have modes of their own.
 */
public final class QueueLayout {
    /** Directories that belong to mail_owner alone. */
    public static final List<String> MAIL = List.of("active", "bounce", "corrupt", "defer", "deferred", "flush",
            "hold",
            "incoming", "private", "saved", "trace");

    private final Path queue;
    private final MailOwner owner;

    public QueueLayout(Path queue, MailOwner owner) {
        this.queue = queue;
        this.owner = owner;
    }

    /** Makes what is missing, the data directory too. */
    public void make(Parameters parameters) {
        if (!Files.isDirectory(queue)) {
            make(queue, 0755, 0, 0);
        }
        for (String name : MAIL) {
            make(queue.resolve(name), 0700, owner.uid(), 0);
        }
        make(queue.resolve("maildrop"), 0730, owner.uid(), owner.submissionGid());
        make(queue.resolve("public"), 0711, owner.uid(), owner.submissionGid());
        make(queue.resolve(parameters.string("process_id_directory")), 0755, 0, 0);
        make(Path.of(parameters.string("data_directory")), 0700, owner.uid(), owner.gid());
        openToSearch(queue.resolve("public"));
    }

    /** A spool that Postfix left has {@code public} for setgid_group only. */
    private void openToSearch(Path directory) {
        try {
            Inodes.chmod(directory, 0711);
        } catch (IOException e) {
            throw new ConfigurationException("change permissions of " + directory + ": " + e.getMessage(), e);
        }
    }

    private void make(Path directory, int mode, int uid, int gid) {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(directory);
            Inodes.chmod(directory, mode);
            if (owner.privileged()) {
                Inodes.chown(directory, uid, gid);
            }
        } catch (IOException e) {
            throw new ConfigurationException("create directory " + directory + ": " + e.getMessage(), e);
        }
    }
}
