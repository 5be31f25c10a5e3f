package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InodesTest {
    private static final int NOBODYS = 1_000_000;

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

    /** Nothing but the time of access changes: the time of the last change is when the queue manager tries a message. */
    @Test
    void confirmingLeavesTheTimeOfTheLastChange() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        FileTime old = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
        Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(old, old, null);
        int descriptor = Inodes.open(file, Inodes.READ_ONLY, 0);
        Inodes.confirm(descriptor);
        Descriptors.close(descriptor);
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        assertThat(now.lastModifiedTime()).isEqualTo(old);
        assertThat(now.lastAccessTime()).isGreaterThan(old);
        assertThatThrownBy(() -> Inodes.confirm(NOBODYS)).hasMessage("Bad file descriptor");
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
