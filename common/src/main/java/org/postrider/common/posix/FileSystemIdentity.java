package org.postrider.common.posix;

/**
 * The identity that the kernel uses for file access of one thread (setfsuid(2), credentials(7)). Called on a platform thread
 * whose whole work is to be another user's: the rest of the JVM stays as it was. Needs root.
 *
 * <p>The raw system calls are used, because they are per thread whatever the C library does; their result is the former id, so
 * success is known only by asking once more.
 */
public final class FileSystemIdentity {
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    private static final int SET_FILE_SYSTEM_UID = ARM ? 151 : 122;
    private static final int SET_FILE_SYSTEM_GID = ARM ? 152 : 123;
    private static final int SET_GROUPS = ARM ? 159 : 116;
    private static final int GET_GROUPS = ARM ? 158 : 115;
    private static final int NONE = -1;
    private static final LibraryFunction ONE = new LibraryFunction("syscall", 2);
    private static final LibraryFunction TWO = new LibraryFunction("syscall", 3);

    private FileSystemIdentity() {}

    /**
     * Takes the identity on for the current thread; its supplementary groups are dropped first.
     *
     * @throws PosixException EPERM when the process is not allowed to
     */
    public static void assume(int uid, int gid) throws PosixException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread has no identity of its own");
        }
        if (TWO.plain(GET_GROUPS, 0, 0) != 0) {
            // Only who has groups: dropping none makes the kernel copy the thread's credentials for nothing.
            TWO.call(SET_GROUPS, 0, 0);
        }
        set(SET_FILE_SYSTEM_GID, gid);
        set(SET_FILE_SYSTEM_UID, uid);
    }

    private static void set(int call, int id) throws PosixException {
        ONE.plain(call, id);
        int now = (int) ONE.plain(call, NONE);
        if (now != id) {
            throw new PosixException(call == SET_FILE_SYSTEM_UID ? "setfsuid" : "setfsgid", Errno.EPERM);
        }
    }
}
