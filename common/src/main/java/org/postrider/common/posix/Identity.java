package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Who this process is and how it gives privileges up. The glibc functions used here change every thread of the JVM; root
 * directory and working directory are the whole process's too.
 */
public final class Identity {
    private static final LibraryFunction UID = new LibraryFunction("getuid", 0);
    private static final LibraryFunction EFFECTIVE_UID = new LibraryFunction("geteuid", 0);
    private static final LibraryFunction GID = new LibraryFunction("getgid", 0);
    private static final LibraryFunction PID = new LibraryFunction("getpid", 0);
    private static final LibraryFunction GROUPS = new LibraryFunction("setgroups", 2);
    private static final LibraryFunction SET_GID = new LibraryFunction("setresgid", 3);
    private static final LibraryFunction SET_UID = new LibraryFunction("setresuid", 3);
    private static final LibraryFunction CHROOT = new LibraryFunction("chroot", 1);
    private static final LibraryFunction CHDIR = new LibraryFunction("chdir", 1);

    private Identity() {}

    public static int uid() {
        return (int) UID.plain();
    }

    public static int effectiveUid() {
        return (int) EFFECTIVE_UID.plain();
    }

    public static int gid() {
        return (int) GID.plain();
    }

    public static int pid() {
        return (int) PID.plain();
    }

    /** Becomes somebody else for good: supplementary groups, group, user, in this order. There is no way back. */
    public static void become(int uid, int gid, int... groups) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, groups.length));
            MemorySegment.copy(groups, 0, list, ValueLayout.JAVA_INT, 0, groups.length);
            GROUPS.call(groups.length, list.address());
        }
        SET_GID.call(gid, gid, gid);
        SET_UID.call(uid, uid, uid);
    }

    /** Changes the root directory and goes to it. Whatever the JDK opens late must have been touched before. */
    public static void changeRoot(Path directory) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            CHROOT.call(arena.allocateFrom(directory.toString(), StandardCharsets.UTF_8).address());
            CHDIR.call(arena.allocateFrom("/").address());
        }
    }

    /** Changes the working directory that children inherit; Java's own relative paths do not follow. */
    public static void changeDirectory(Path directory) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            CHDIR.call(arena.allocateFrom(directory.toString(), StandardCharsets.UTF_8).address());
        }
    }
}
