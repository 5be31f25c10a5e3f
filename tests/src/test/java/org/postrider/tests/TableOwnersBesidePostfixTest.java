package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose file it is that root makes of another user's table, beside Debian's postmap and postalias. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class TableOwnersBesidePostfixTest {
    private static final int OWNER = 5;
    private static final int GROUP = 60;

    @TempDir
    Path folder;

    @BeforeEach
    void needs() throws IOException {
        Prerequisites.rootMode(TableOwnersBesidePostfixTest.class);
        Prerequisites.programs(TableOwnersBesidePostfixTest.class, "postmap", "postalias");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void give(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", OWNER);
        Files.setAttribute(file, "unix:gid", GROUP);
    }

    private Path source(String name) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        Path source = Files.writeString(place.resolve("t"), "a: 1\n");
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r-----"));
        give(source);
        give(place);
        return source;
    }

    /** Exit status, and owner, group and mode of what was made. */
    private static String made(Instance.Outcome outcome, Path index) throws IOException {
        return outcome.status() + " " + Files.getAttribute(index, "unix:uid") + " "
                + Files.getAttribute(index, "unix:gid") + " "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(index));
    }

    @ParameterizedTest
    @CsvSource({"postmap,lmdb,''", "postmap,cdb,''", "postalias,lmdb,''", "postmap,lmdb,-o", "postmap,cdb,-o",
            "postmap,lmdb,-p", "postmap,cdb,-w"})
    void theIndexHasTheOwnerThatPostfixGivesIt(String command, String type, String option) throws Exception {
        Instance instance = new Instance(Files.createDirectories(folder.resolve("instance")));
        instance.configure();
        Path theirs = source("theirs");
        Path ours = source("ours");
        List<String> real = new ArrayList<>(List.of("/usr/sbin/" + command));
        List<String> words = new ArrayList<>(option.isEmpty() ? List.of() : List.of(option));
        real.addAll(words);
        real.add(type + ":" + theirs);
        words.add(type + ":" + ours);
        String wanted = made(Instance.outcome(new ProcessBuilder(real), "b 2\n"), Path.of(theirs + "." + type));
        assertThat(wanted).startsWith("0 ");
        assertThat(made(instance.run("b 2\n", "bin/" + command, words.toArray(String[]::new)),
                Path.of(ours + "." + type))).isEqualTo(wanted);
    }
}
