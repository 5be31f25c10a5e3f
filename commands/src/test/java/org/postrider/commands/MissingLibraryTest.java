package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without the libraries of some tables: commands in processes of their own, which look for them in vain. */
class MissingLibraryTest {
    @TempDir
    private Path directory;

    private String run(Class<?> command, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-Dpostrider.library.liblmdb.so.0=/nowhere/liblmdb.so.0",
                "-Dpostrider.library.libpcre2-8.so.0=/nowhere/libpcre2-8.so.0", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                command.getName(), "-c", directory.toString()));
        line.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Process process = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        process.getOutputStream().close();
        return process.waitFor() + "|"
                + Files.readString(out, StandardCharsets.ISO_8859_1).replace(directory.toString(), "@");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void anLmdbTableIsNotMadeAndTheOneThatIsThereAnswers() throws Exception {
        write("main.cf", "");
        write("t", "key value\n");
        assertThat(run(Postmap.class, "lmdb:" + directory.resolve("t"))).isEqualTo("1|postmap: fatal: open database"
                + " @/t.lmdb: library liblmdb.so.0 is not on this system, nor in the image\n");
        assertThat(directory.resolve("t.lmdb")).doesNotExist();
        assertThat(run(Postmap.class, "cdb:" + directory.resolve("t"))).isEqualTo("0|");
        assertThat(run(Postmap.class, "-q", "key", "hash:" + directory.resolve("t"))).isEqualTo("0|value\n");
    }

    @Test
    void perlPatternsAreAnUnknownType() throws Exception {
        write("main.cf", "");
        write("t", "/a/ b\n");
        assertThat(run(Postmap.class, "-q", "a", "pcre:" + directory.resolve("t"))).isEqualTo("1|postmap: fatal:"
                + " unsupported dictionary type: pcre (library libpcre2-8.so.0 is not on this system)\n");
        assertThat(run(Postconf.class, "-m")).startsWith("0|").contains("regexp\n").doesNotContain("pcre");
    }
}
