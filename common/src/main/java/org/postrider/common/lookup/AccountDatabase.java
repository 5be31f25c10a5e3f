package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.postrider.common.posix.Accounts;

/** The system's users and groups, as lines of passwd(5) and group(5); what {@code unix:} tables answer from. */
public interface AccountDatabase {
    /** The passwd(5) line of this user. */
    Optional<String> user(String name) throws IOException;

    /** The group(5) line of this group. */
    Optional<String> group(String name) throws IOException;

    /** Asks the system, whatever nsswitch.conf says. Passwords and members of groups are left out. */
    static AccountDatabase ofSystem() {
        return new AccountDatabase() {
            @Override
            public Optional<String> user(String name) throws IOException {
                return Accounts.byName(name)
                        .map(account -> String.join(":", account.name(), "x", Integer.toString(account.uid()),
                                Integer.toString(account.gid()), account.realName(), account.home(), account.shell()));
            }

            @Override
            public Optional<String> group(String name) throws IOException {
                return Accounts.groupByName(name).map(gid -> name + ":x:" + gid + ':');
            }
        };
    }

    /** Reads {@code /etc/passwd} and {@code /etc/group}. */
    static AccountDatabase ofFiles() {
        return ofFiles(Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    /** Reads these files, at every question. */
    static AccountDatabase ofFiles(Path passwd, Path group) {
        return new AccountDatabase() {
            @Override
            public Optional<String> user(String name) throws IOException {
                return line(passwd, name);
            }

            @Override
            public Optional<String> group(String name) throws IOException {
                return line(group, name);
            }
        };
    }

    private static Optional<String> line(Path file, String name) throws IOException {
        if (name.isEmpty() || name.indexOf(':') >= 0) {
            return Optional.empty();
        }
        String start = name + ':';
        try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(start)).findFirst();
        }
    }
}
