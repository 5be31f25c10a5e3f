package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.daemon.QueueLayout;
import org.postrider.common.posix.Accounts;

/** Who may change the configuration, or the queue? Everybody who may change the configuration may become root. */
final class OwnerCheck {
    private static final int OTHERS_WRITE = 0022;

    private final CheckedFiles files;
    private final int owner;

    /**
     * @param owner who should own the files: root, or the user whose system it is
     */
    OwnerCheck(CheckedFiles files, int owner) {
        this.files = files;
        this.owner = owner;
    }

    void run() {
        Path directory = Path.of(files.mainFile()).toAbsolutePath().normalize().getParent();
        if (directory == null) {
            return;
        }
        check(directory);
        checkQueue();
        try (Stream<Path> found = Files.list(directory)) {
            found.sorted().filter(file -> !Files.isSymbolicLink(file)).forEach(this::check);
        } catch (IOException e) {
            files.add(Finding.Kind.WRONG_MODE, directory.toString(), 0, "can't list the directory: " + e.getMessage(),
                    "");
        }
    }

    /** What is below queue_directory; who may not run the system can't tell. */
    private void checkQueue() {
        Parameters parameters = files.parameters();
        List<QueueLayout.Flaw> flaws;
        try {
            if (owner != 0
                    && Accounts.byName(parameters.string("mail_owner")).filter(a -> a.uid() != owner).isPresent()) {
                return;
            }
            flaws = new QueueLayout(Path.of(parameters.string("queue_directory")), MailOwner.of(parameters))
                    .flaws(parameters);
        } catch (ConfigurationException | IOException e) {
            files.add(Finding.Kind.WRONG_OWNER, files.mainFile(), files.line("queue_directory"),
                    String.valueOf(e.getMessage()), "");
            return;
        }
        for (QueueLayout.Flaw flaw : flaws) {
            String advice = "postfix set-permissions";
            if (flaw.wrongOwner()) {
                files.add(Finding.Kind.WRONG_OWNER, flaw.path().toString(), 0, "should belong to user id " + flaw.uid(),
                        advice);
            } else {
                files.add(Finding.Kind.WRONG_MODE, flaw.path().toString(), 0,
                        "should have mode " + Integer.toOctalString(flaw.mode()), advice);
            }
        }
    }

    private void check(Path file) {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            files.add(Finding.Kind.WRONG_MODE, file.toString(), 0, "can't be looked at: " + e.getMessage(), "");
            return;
        }
        if (attributes.get("uid") instanceof Integer uid && !List.of(0, owner).contains(uid)) {
            files.add(Finding.Kind.WRONG_OWNER, file.toString(), 0, "belongs to user id " + uid,
                    owner == 0 ? "chown root " + file : "");
        }
        if (attributes.get("mode") instanceof Integer mode && (mode & OTHERS_WRITE) != 0) {
            files.add(Finding.Kind.WRONG_MODE, file.toString(), 0, "group or others may write", "chmod go-w " + file);
        }
    }
}
