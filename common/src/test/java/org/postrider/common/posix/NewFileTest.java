package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
    @Test
    void itIsWhatWasWritten(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("f");
        byte[] bytes = new byte[100_000];
        bytes[99_999] = 7;
        try (NewFile file = NewFile.create(path, 0640)) {
            file.write('x');
            file.write(bytes, 50_000, 50_000);
            file.sync(new SharedSync("sync"));
            assertThat(file.status().size()).isEqualTo(50_001);
            assertThat(file.status().inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
        }
        byte[] read = Files.readAllBytes(path);
        assertThat(read).hasSize(50_001).startsWith((byte) 'x', (byte) 0).endsWith((byte) 0, (byte) 7);
        assertThatThrownBy(() -> NewFile.create(path, 0640))
                .isInstanceOfSatisfying(PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    }

    @Test
    void aFullDeviceSaysSo() throws Exception {
        Path full = Path.of("/dev/full");
        int descriptor = Inodes.open(full, Inodes.WRITE_ONLY, 0);
        try {
            assertThatThrownBy(() -> Descriptors.writeFully(descriptor, new byte[10], 0, 10))
                    .hasMessage("No space left on device");
        } finally {
            Descriptors.close(descriptor);
        }
    }
}
