package org.postrider.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.postrider.common.posix.Identity;

/** What a test needs of the machine. A test that is left out says so on standard output, with what is missing. */
final class Prerequisites {
    private Prerequisites() {}

    /** The super-user, and the accounts that Debian's package postfix makes. */
    static void rootMode(Class<?> test) throws IOException {
        require(test, Identity.effectiveUid() == 0, "the super-user");
        require(test, has("/etc/passwd", "postfix"), "the account postfix");
        require(test, has("/etc/group", "postdrop"), "the group postdrop");
        programs(test, "setpriv", "unshare");
    }

    static void programs(Class<?> test, String... names) {
        for (String name : names) {
            require(test, Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))), "the program " + name);
        }
    }

    static void file(Class<?> test, String path) {
        require(test, Files.exists(Path.of(path)), path);
    }

    private static boolean has(String database, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(database))) {
            return lines.anyMatch(line -> line.startsWith(name + ":"));
        }
    }

    private static void require(Class<?> test, boolean there, String what) {
        if (!there) {
            System.out.println("SKIPPED: " + test.getSimpleName() + " needs " + what);
        }
        Assumptions.assumeTrue(there, "needs " + what);
    }
}
