package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSyncTest {
    private static final int FILES = 20;
    private static final int NOBODYS = 1_000_000;

    @TempDir
    Path folder;

    private int[] files(int number) throws IOException {
        int[] descriptors = new int[number];
        for (int i = 0; i < number; i++) {
            descriptors[i] = Inodes.open(folder.resolve("f" + i), Inodes.WRITE_ONLY | Inodes.CREATE, 0600);
            Descriptors.writeFully(descriptors[i], new byte[5000], 0, 5000);
        }
        return descriptors;
    }

    private static void close(int... descriptors) {
        for (int descriptor : descriptors) {
            if (descriptor != NOBODYS) {
                Descriptors.close(descriptor);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneOrManyAreSynced(boolean together) throws Exception {
        KernelSync kernel = new KernelSync(together);
        for (int number = 1; number <= SharedSync.Disk.MOST; number = number * 2) {
            int[] descriptors = files(number);
            assertThat(kernel.sync(descriptors)).hasSize(number).containsOnlyNulls();
            close(descriptors);
        }
    }

    /** A descriptor that is none, and one whose kind cannot be synced: each fails by itself, with the words of its error. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureIsThatFilesAlone(boolean together) throws Exception {
        KernelSync kernel = new KernelSync(together);
        int[] descriptors = files(FILES);
        Descriptors.close(descriptors[3]);
        descriptors[3] = NOBODYS;
        Inodes.makeFifo(folder.resolve("fifo"), 0600);
        Descriptors.close(descriptors[9]);
        descriptors[9] = Inodes.open(folder.resolve("fifo"), Inodes.READ_WRITE, 0);

        @Nullable
        IOException[] failures = kernel.sync(descriptors);

        for (int i = 0; i < FILES; i++) {
            if (i == 3) {
                assertThat(failures[i]).hasMessage("Bad file descriptor");
            } else if (i == 9) {
                assertThat(failures[i]).hasMessage("Illegal seek");
            } else {
                assertThat(failures[i]).isNull();
            }
        }
        assertThat(kernel.sync(NOBODYS)[0]).hasMessage("Bad file descriptor");
        close(descriptors);
    }
}
