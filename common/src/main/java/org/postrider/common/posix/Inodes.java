package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What Java's file classes do not reach: open with exact flags, whole-file locks, owners by number, fifos, the umask. */
public final class Inodes {
    public static final int READ_ONLY = 0;
    public static final int WRITE_ONLY = 1;
    public static final int READ_WRITE = 2;
    public static final int CREATE = 0x40;
    public static final int EXCLUSIVE = 0x80;
    public static final int TRUNCATE = 0x200;
    public static final int APPEND = 0x400;
    public static final int NON_BLOCKING = 0x800;

    static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    /** Fails with ELOOP where the last component is a symbolic link. */
    public static final int NO_FOLLOW = ARM ? 0x8000 : 0x20000;

    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int LOCK_SHARED = 1;
    private static final int LOCK_EXCLUSIVE = 2;
    private static final int LOCK_NON_BLOCKING = 4;
    private static final int LOCK_RELEASE = 8;
    private static final int STATUS_SIZE = 144;
    private static final LibraryFunction OPEN = new LibraryFunction("open", 3);
    private static final LibraryFunction STATUS = new LibraryFunction("fstat", 2);
    private static final LibraryFunction FLOCK = new LibraryFunction("flock", 2);
    private static final LibraryFunction CHMOD = new LibraryFunction("chmod", 2);
    private static final LibraryFunction CHMOD_OPEN = new LibraryFunction("fchmod", 2);
    private static final LibraryFunction CHOWN = new LibraryFunction("chown", 3);
    private static final LibraryFunction CHOWN_OPEN = new LibraryFunction("fchown", 3);
    private static final LibraryFunction SYNC = new LibraryFunction("fsync", 1);
    private static final LibraryFunction SIZE = new LibraryFunction("ftruncate", 2);
    private static final LibraryFunction UMASK = new LibraryFunction("umask", 1);
    private static final LibraryFunction FIFO = new LibraryFunction("mkfifo", 2);
    private static final LibraryFunction SYNC_ALL = new LibraryFunction("syncfs", 1);
    private static final LibraryFunction EXTENDED_STATUS = new LibraryFunction("statx", 5);
    private static final LibraryFunction TIMES = new LibraryFunction("futimens", 2);
    private static final int EMPTY_PATH = 0x1000;
    private static final int MOUNT_ID_UNIQUE = 0x4000;
    /** UTIME_NOW for the time of access, UTIME_OMIT for that of the last change. */
    private static final MemorySegment ACCESSED_NOW = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, 0,
            (1 << 30) - 1, 0, (1 << 30) - 2);
    private static final int EXTENDED_STATUS_SIZE = 256;
    private static final int MOUNT_ID_AT = 144;

    /**
     * What fstat(2) tells.
     *
     * @param mode type and permission bits
     * @param modifiedNanos nanoseconds since 1970
     * @param changedNanos when the inode was changed last: written to, renamed, another owner or mode; nanoseconds since 1970
     */
    public record Status(long device, long inode, int mode, long links, int uid, int gid, long size,
            long modifiedNanos, long changedNanos) {
        /** The permission bits. */
        public int permissions() {
            return mode & 07777;
        }

        public boolean isRegularFile() {
            return (mode & 0170000) == 0100000;
        }
    }

    private Inodes() {}

    /**
     * Opens; closed at exec.
     *
     * @param mode permission bits of a file that is made, before the umask
     */
    public static int open(Path path, int flags, int mode) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            return OPEN.call(name(arena, path), flags | CLOSE_ON_EXEC, mode);
        }
    }

    /** What the descriptor leads to. */
    public static Status status(int descriptor) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(STATUS_SIZE, 8);
            STATUS.call(descriptor, s.address());
            int mode = s.get(ValueLayout.JAVA_INT, ARM ? 16 : 24);
            long links = ARM ? s.get(ValueLayout.JAVA_INT, 20) : s.get(ValueLayout.JAVA_LONG, 16);
            int uid = s.get(ValueLayout.JAVA_INT, ARM ? 24 : 28);
            int gid = s.get(ValueLayout.JAVA_INT, ARM ? 28 : 32);
            return new Status(s.get(ValueLayout.JAVA_LONG, 0), s.get(ValueLayout.JAVA_LONG, 8), mode, links, uid, gid,
                    s.get(ValueLayout.JAVA_LONG, 48), nanos(s, 88), nanos(s, 104));
        }
    }

    private static long nanos(MemorySegment status, long at) {
        return status.get(ValueLayout.JAVA_LONG, at) * 1_000_000_000L + status.get(ValueLayout.JAVA_LONG, at + 8);
    }

    /** Takes the whole-file lock of flock(2), waiting for it. */
    public static void lock(int descriptor, boolean exclusive) throws PosixException {
        FLOCK.call(descriptor, exclusive ? LOCK_EXCLUSIVE : LOCK_SHARED);
    }

    /**
     * Takes the whole-file lock if nobody has it.
     *
     * @return false if somebody has
     */
    public static boolean tryLock(int descriptor, boolean exclusive) throws PosixException {
        try {
            FLOCK.call(descriptor, (exclusive ? LOCK_EXCLUSIVE : LOCK_SHARED) | LOCK_NON_BLOCKING);
            return true;
        } catch (PosixException e) {
            if (e.errno() == Errno.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    /** Gives the lock back; closing does so too. */
    public static void unlock(int descriptor) throws PosixException {
        FLOCK.call(descriptor, LOCK_RELEASE);
    }

    public static void chmod(int descriptor, int mode) throws PosixException {
        CHMOD_OPEN.call(descriptor, mode);
    }

    public static void chmod(Path path, int mode) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            CHMOD.call(name(arena, path), mode);
        }
    }

    /** Changes owner and group; -1 leaves one as it is. */
    public static void chown(int descriptor, int uid, int gid) throws PosixException {
        CHOWN_OPEN.call(descriptor, uid, gid);
    }

    /** Changes owner and group; -1 leaves one as it is. */
    public static void chown(Path path, int uid, int gid) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            CHOWN.call(name(arena, path), uid, gid);
        }
    }

    /** Waits until the file's bytes are on the disk. */
    public static void sync(int descriptor) throws PosixException {
        SYNC.call(descriptor);
    }

    /**
     * Fails where the file system has given up, as after an error of its device. At such a moment a sync may end without an error and
     * without having done anything (seen with ext4 of Linux 6.18, docs/adr/0010); whoever changes something afterwards is told. What
     * changes is the time of the last access; the file must be the caller's own.
     */
    public static void confirm(int descriptor) throws PosixException {
        TIMES.call(descriptor, ACCESSED_NOW.address());
    }

    /**
     * Waits until everything that was written to the file system of this descriptor, names included, is on the disk. Since Linux
     * 5.8 it fails when a write failed since the descriptor was opened: keep it open for as long as that matters.
     */
    public static void syncAll(int descriptor) throws PosixException {
        SYNC_ALL.call(descriptor);
    }

    /** A number that no other mount gets before the next boot of the system; empty before Linux 6.8. */
    public static OptionalLong uniqueMount(int descriptor) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(EXTENDED_STATUS_SIZE, 8);
            long nothing = arena.allocateFrom("").address();
            EXTENDED_STATUS.call(descriptor, nothing, EMPTY_PATH, MOUNT_ID_UNIQUE, s.address());
            boolean known = (s.get(ValueLayout.JAVA_INT, 0) & MOUNT_ID_UNIQUE) != 0;
            return known ? OptionalLong.of(s.get(ValueLayout.JAVA_LONG, MOUNT_ID_AT)) : OptionalLong.empty();
        }
    }

    /** Cuts or extends the file. */
    public static void truncate(int descriptor, long size) throws PosixException {
        SIZE.call(descriptor, size);
    }

    /**
     * Sets the process's file creation mask.
     *
     * @return the one before
     */
    public static int umask(int mask) {
        return (int) UMASK.plain(mask);
    }

    /** Makes a fifo. */
    public static void makeFifo(Path path, int mode) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            FIFO.call(name(arena, path), mode);
        }
    }

    private static long name(Arena arena, Path path) {
        return arena.allocateFrom(path.toString(), StandardCharsets.UTF_8).address();
    }
}
