package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.SimulatedFileSystem;

class AttemptsTest {
    @TempDir
    Path root;

    @Test
    void theNumberGoesWithTheFile() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        assertThat(Attempts.of(file)).isEmpty();
        Attempts.add(file);
        assumeTrue(Attempts.of(file).isPresent(), "SKIPPED: needs a file system with extended attributes");
        Attempts.add(file);
        assertThat(Attempts.of(Files.move(file, root.resolve("other")))).isEqualTo(OptionalInt.of(2));
    }

    @Test
    void whereThereIsNoPlaceForItNothingHappens() throws IOException {
        Path file = new SimulatedFileSystem(new Random(1)).getPath("/none");
        Attempts.add(file);
        assertThat(Attempts.of(file)).isEmpty();
        Attempts.add(root.resolve("missing"));
        assertThat(Attempts.of(root.resolve("missing"))).isEmpty();
    }
}
