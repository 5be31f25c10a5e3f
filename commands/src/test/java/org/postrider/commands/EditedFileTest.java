package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the file itself when postconf edits it. */
class EditedFileTest {
    private static final int EDITS = 40;

    @TempDir
    private Path directory;

    /** Sets so many parameters one by one; a process of its own, as locks belong to processes. */
    static final class Editor {
        private Editor() {}

        public static void main(String[] arguments) {
            for (int count = 0; count < EDITS; count++) {
                String told = edit(Path.of(arguments[0]), "-e", arguments[1] + count + "=1");
                if (!told.isEmpty()) {
                    System.out.println(told);
                }
            }
        }
    }

    /** What the command says to standard error. */
    private static String edit(Path place, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("-c", place.toString()));
        all.addAll(List.of(arguments));
        Postconf.run(all, new Console("postconf", new ByteArrayInputStream(new byte[0]),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of()));
        return err.toString(StandardCharsets.ISO_8859_1);
    }

    private static Process editor(Path place, String prefix) throws IOException {
        return new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Editor.class.getName(),
                place.toString(), prefix).redirectErrorStream(true).start();
    }

    @Test
    void editsAtTheSameTimeLoseNothing() throws Exception {
        Path file = Files.writeString(directory.resolve("main.cf"), "# kept\nmyorigin = x\n");
        List<Process> editors = List.of(editor(directory, "a"), editor(directory, "b"));
        for (Process editor : editors) {
            assertThat(new String(editor.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
            assertThat(editor.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(editor.exitValue()).isZero();
        }
        List<String> expected = new ArrayList<>(List.of("# kept", "myorigin = x"));
        for (int count = 0; count < EDITS; count++) {
            expected.addAll(List.of("a" + count + " = 1", "b" + count + " = 1"));
        }
        assertThat(Files.readAllLines(file)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(directory.resolve("main.cf.tmp")).doesNotExist();
    }

    @Test
    void aLinkStaysOneAndTheFileBehindItIsReplacedWhereItIs() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path real = Files.writeString(elsewhere.resolve("shared.cf"), "myorigin = x\n");
        Path link = Files.createSymbolicLink(directory.resolve("main.cf"), real);

        assertThat(edit(directory, "-e", "myorigin=y")).isEmpty();
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readString(real)).isEqualTo("myorigin = y\n");
        assertThat(elsewhere).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void modesStayAndWhatACrashLeftIsOverwritten() throws IOException {
        Path file = Files.writeString(directory.resolve("main.cf"), "my_password = secret\n");
        Set<PosixFilePermission> modes = PosixFilePermissions.fromString("r--r-----");
        Files.setPosixFilePermissions(file, modes);
        Files.writeString(directory.resolve("main.cf.tmp"), "left by a crash, and longer than the file will be");

        assertThat(edit(directory, "-e", "b=1")).isEmpty();
        assertThat(Files.readString(file)).isEqualTo("my_password = secret\nb = 1\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(modes);
    }

    @Test
    void aMistakeOrAMissingFileChangesNothing() throws IOException {
        String place = directory.toString();
        assertThat(edit(directory, "-e", "a=b").replace(place, "DIR"))
                .isEqualTo("postconf: fatal: open DIR/main.cf for reading: No such file or directory\n");
        assertThat(directory).isEmptyDirectory();
        Path file = Files.writeString(directory.resolve("main.cf"), "a = b\n");
        assertThat(edit(directory, "-e", "c=d", "=e")).contains("fatal");
        assertThat(Files.readString(file)).isEqualTo("a = b\n");
    }
}
