package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who may change the configuration? Everybody who may, may become root. */
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
        try (Stream<Path> found = Files.list(directory)) {
            found.sorted().filter(file -> !Files.isSymbolicLink(file)).forEach(this::check);
        } catch (IOException e) {
            files.add(Finding.Kind.WRONG_MODE, directory.toString(), 0, "can't list the directory: " + e.getMessage(),
                    "");
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
