package org.postrider.cleanup;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cleanup of each test's own. */
abstract class CleanupFixture {
    @TempDir
    Path directory;

    CleanupRig rig;

    @BeforeEach
    void rig() {
        rig = new CleanupRig(directory);
    }

    @AfterEach
    void stop() {
        rig.close();
    }
}
