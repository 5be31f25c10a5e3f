package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir
    Path directory;

    @Test
    void rootAndNobodyHaveAccounts() throws Exception {
        Accounts.Account root = Accounts.byName("root").orElseThrow();
        assertThat(root.uid()).isZero();
        assertThat(root.home()).isEqualTo("/root");
        assertThat(Accounts.byUid(0)).contains(root);
        assertThat(Accounts.byName("no-such-user-here")).isEmpty();
        assertThat(Accounts.groupByName("root")).contains(0);
        assertThat(Accounts.groupByName("no-such-group-here")).isEmpty();
        assertThat(Accounts.groupsOf("root", 0)).contains(0);
    }

    @Test
    void theProcessKnowsItself() {
        assertThat(Identity.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(Processes.exists(Identity.pid())).isTrue();
    }

    @Test
    void aThreadTakesAFileSystemIdentityAloneAndOthersDoNot() throws Exception {
        assumeTrue(Identity.effectiveUid() == 0, "SKIPPED: needs root");
        Path owned = Files.createDirectory(directory.resolve("nobody"));
        Accounts.Account nobody = Accounts.byName("nobody").orElseThrow();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Inodes.chown(owned, nobody.uid(), nobody.gid());
        FutureTask<Inodes.Status> work = new FutureTask<>(() -> {
            FileSystemIdentity.assume(nobody.uid(), nobody.gid());
            assertThatThrownBy(() -> Inodes.open(directory.resolve("denied"), Inodes.CREATE, 0600))
                    .hasMessage("Permission denied");
            int made = Inodes.open(owned.resolve("made"), Inodes.CREATE | Inodes.READ_WRITE, 0600);
            try {
                return Inodes.status(made);
            } finally {
                Descriptors.close(made);
            }
        });
        Thread.ofPlatform().start(work);
        Inodes.Status status = work.get();
        assertThat(status.uid()).isEqualTo(nobody.uid());
        assertThat(status.gid()).isEqualTo(nobody.gid());
        int own = Inodes.open(directory.resolve("own"), Inodes.CREATE | Inodes.READ_WRITE, 0600);
        assertThat(Inodes.status(own).uid()).isZero();
        Descriptors.close(own);
    }

    @Test
    void aThreadThatTakesAnIdentityHasNoGroups() throws Exception {
        assumeTrue(Identity.effectiveUid() == 0, "SKIPPED: needs root");
        Accounts.Account nobody = Accounts.byName("nobody").orElseThrow();
        FutureTask<List<String>> work = new FutureTask<>(() -> {
            takeGroup(nobody.gid());
            List<String> seen = new ArrayList<>(List.of(groups()));
            for (int i = 0; i < 2; i++) {
                FileSystemIdentity.assume(nobody.uid(), nobody.gid());
                seen.add(groups());
                FileSystemIdentity.assume(0, 0);
            }
            return seen;
        });
        Thread.ofPlatform().start(work);
        assertThat(work.get()).containsExactly(Integer.toString(nobody.gid()), "", "");
    }

    /** This thread's other groups are this one. */
    private static void takeGroup(int gid) throws PosixException {
        int setGroups = System.getProperty("os.arch", "").equals("aarch64") ? 159 : 116;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocateFrom(ValueLayout.JAVA_INT, gid);
            new LibraryFunction("syscall", 3).call(setGroups, 1, list.address());
        }
    }

    /** As the kernel knows this thread. */
    private static String groups() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith("Groups:")).findFirst().orElseThrow()
                .substring("Groups:".length()).strip();
    }

    @Test
    void aVirtualThreadHasNoIdentity() throws Exception {
        FutureTask<Void> work = new FutureTask<>(() -> {
            assertThatThrownBy(() -> FileSystemIdentity.assume(0, 0)).isInstanceOf(IllegalStateException.class);
            return null;
        });
        Thread.ofVirtual().start(work);
        work.get();
    }
}
