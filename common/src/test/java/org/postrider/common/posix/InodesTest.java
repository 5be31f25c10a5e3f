package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InodesTest {
    @TempDir
    Path directory;

    @Test
    void statusIsWhatJavaSees() throws Exception {
        Path file = directory.resolve("file");
        int descriptor = Inodes.open(file, Inodes.WRITE_ONLY | Inodes.CREATE | Inodes.EXCLUSIVE, 0600);
        Descriptors.write(descriptor, new byte[123]);
        Inodes.chmod(descriptor, 0640);
        Inodes.Status status = Inodes.status(descriptor);
        Descriptors.close(descriptor);
        assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(status.permissions()).isEqualTo(0640);
        assertThat(status.isRegularFile()).isTrue();
        assertThat(status.links()).isEqualTo(1);
        assertThat(status.size()).isEqualTo(123);
        assertThat(status.uid()).isEqualTo(Identity.uid());
        assertThat(status.modifiedNanos() / 1_000_000_000)
                .isEqualTo(Files.getLastModifiedTime(file).toMillis() / 1000);
        assertThatThrownBy(() -> Inodes.open(file, Inodes.CREATE | Inodes.EXCLUSIVE, 0600)).hasMessage("File exists");
    }

    @Test
    void symbolicLinksAreNotFollowedWhenToldSo() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        assertThatThrownBy(() -> Inodes.open(link, Inodes.READ_ONLY | Inodes.NO_FOLLOW, 0))
                .isInstanceOfSatisfying(PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
    }

    @Test
    void locksBelongToTheOpenFile() throws Exception {
        Path file = Files.createFile(directory.resolve("lock"));
        int one = Inodes.open(file, Inodes.READ_WRITE, 0);
        int other = Inodes.open(file, Inodes.READ_WRITE, 0);
        assertThat(Inodes.tryLock(one, true)).isTrue();
        assertThat(Inodes.tryLock(other, true)).isFalse();
        Inodes.unlock(one);
        assertThat(Inodes.tryLock(other, true)).isTrue();
        Descriptors.close(one);
        Descriptors.close(other);
    }

    @Test
    void fifosAreMade() throws Exception {
        Path fifo = directory.resolve("fifo");
        Inodes.makeFifo(fifo, 0600);
        int descriptor = Inodes.open(fifo, Inodes.READ_WRITE | Inodes.NON_BLOCKING, 0);
        Descriptors.write(descriptor, new byte[]{'W'});
        assertThat(Descriptors.read(descriptor, new byte[4])).isEqualTo(1);
        Descriptors.close(descriptor);
    }
}
