package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    private static final String ONE = "a = " + "x".repeat(100_000) + "\nb = x\n";
    private static final String OTHER = "a = " + "y".repeat(200_000) + "\nb = y\n";

    @TempDir
    private Path directory;

    @Test
    void aFileThatIsReplacedAllTheTimeIsReadAsOneOfThem() throws Exception {
        Path file = Files.writeString(directory.resolve("main.cf"), ONE);
        AtomicBoolean done = new AtomicBoolean();
        Thread editor = Thread.ofPlatform().start(() -> replace(file, done));
        try {
            for (int round = 0; round < 300; round++) {
                try {
                    assertThat(Set.of(ONE, OTHER)).contains(WholeFile.read(file));
                } catch (ConfigurationException e) {
                    assertThat(e).hasMessage("read " + file + ": it changes all the time");
                }
            }
        } finally {
            done.set(true);
            editor.join();
        }
        assertThat(Set.of(ONE, OTHER)).contains(WholeFile.read(file));
    }

    private void replace(Path file, AtomicBoolean done) {
        try {
            for (boolean one = false; !done.get(); one = !one) {
                Path next = Files.writeString(directory.resolve("main.cf.tmp"), one ? ONE : OTHER);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anEditCountsAtOnce() throws IOException {
        Path file = directory.resolve("main.cf");
        for (int edit = 0; edit < 20; edit++) {
            Files.writeString(file, "a = " + edit + "\n");
            assertThat(MainCf.read(file).settings()).containsEntry("a", Integer.toString(edit));
        }
    }

    @Test
    void whatCantBeReadIsSaid() throws IOException, InterruptedException {
        assertThatThrownBy(() -> WholeFile.read(directory)).hasMessage("read " + directory + ": Is a directory");
        assertThatThrownBy(() -> WholeFile.read(directory.resolve("none")))
                .hasMessage("open " + directory.resolve("none") + ": No such file or directory");
        assertThat(WholeFile.read(Path.of("/dev/null"))).isEmpty();
        assertThatThrownBy(() -> WholeFile.read(Path.of("/dev/zero")))
                .hasMessage("read /dev/zero: it is no regular file");
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> WholeFile.read(pipe)).hasMessage("read " + pipe + ": it is no regular file");
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        assertThatThrownBy(() -> WholeFile.read(loop)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("read " + loop + ": ");
    }
}
