package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Users and groups as the name service switch knows them: getpwnam_r(3), getpwuid_r(3), getgrnam_r(3), getgrouplist(3). */
@SuppressWarnings("restricted") // The texts lie where the C library says.
public final class Accounts {
    private static final int SMALLEST_BUFFER = 4096;
    private static final int LARGEST_BUFFER = 1024 * 1024;
    private static final int PASSWD_SIZE = 48;
    private static final int GROUP_SIZE = 32;
    private static final int MOST_GROUPS = 1024;
    private static final LibraryFunction BY_NAME = new LibraryFunction("getpwnam_r", 5);
    private static final LibraryFunction BY_UID = new LibraryFunction("getpwuid_r", 5);
    private static final LibraryFunction GROUP_BY_NAME = new LibraryFunction("getgrnam_r", 5);
    private static final LibraryFunction GROUP_LIST = new LibraryFunction("getgrouplist", 4);

    /** One line of passwd(5). Text is one char per byte. */
    public record Account(String name, int uid, int gid, String realName, String home, String shell) {}

    private interface Search {
        void run(long entry, long buffer, long size, long result) throws PosixException;
    }

    private Accounts() {}

    /** The account of this name. Throws when the database can't be asked, which is not the same as no account. */
    public static Optional<Account> byName(String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name, StandardCharsets.ISO_8859_1).address();
            return search(arena, PASSWD_SIZE,
                    (entry, buffer, size, result) -> BY_NAME.callZero(text, entry, buffer, size, result))
                    .map(Accounts::account);
        }
    }

    /** The account with this number. */
    public static Optional<Account> byUid(int uid) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            return search(arena, PASSWD_SIZE,
                    (entry, buffer, size, result) -> BY_UID.callZero(uid, entry, buffer, size, result))
                    .map(Accounts::account);
        }
    }

    /** The number of the group of this name. */
    public static Optional<Integer> groupByName(String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name, StandardCharsets.ISO_8859_1).address();
            return search(arena, GROUP_SIZE,
                    (entry, buffer, size, result) -> GROUP_BY_NAME.callZero(text, entry, buffer, size, result))
                    .map(group -> group.get(ValueLayout.JAVA_INT, 16));
        }
    }

    /** Every group the user is a member of, the given one among them. */
    public static int[] groupsOf(String user, int gid) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(user, StandardCharsets.ISO_8859_1).address();
            MemorySegment groups = arena.allocate(ValueLayout.JAVA_INT, MOST_GROUPS);
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, MOST_GROUPS);
            GROUP_LIST.call(text, gid, groups.address(), count.address());
            int[] list = new int[count.get(ValueLayout.JAVA_INT, 0)];
            MemorySegment.copy(groups, ValueLayout.JAVA_INT, 0, list, 0, list.length);
            return list;
        }
    }

    private static Optional<MemorySegment> search(Arena arena, int entrySize, Search search) throws PosixException {
        MemorySegment entry = arena.allocate(entrySize, 8);
        MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
        for (int size = SMALLEST_BUFFER;; size *= 4) {
            try {
                MemorySegment buffer = arena.allocate(size);
                search.run(entry.address(), buffer.address(), size, result.address());
                return result.get(ValueLayout.JAVA_LONG, 0) == 0 ? Optional.empty() : Optional.of(entry);
            } catch (PosixException e) {
                if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                    return Optional.empty();
                }
                if (e.errno() != Errno.ERANGE || size >= LARGEST_BUFFER) {
                    throw e;
                }
            }
        }
    }

    private static Account account(MemorySegment entry) {
        return new Account(text(entry, 0), entry.get(ValueLayout.JAVA_INT, 16), entry.get(ValueLayout.JAVA_INT, 20),
                text(entry, 24), text(entry, 32), text(entry, 40));
    }

    private static String text(MemorySegment entry, long offset) {
        long address = entry.get(ValueLayout.JAVA_LONG, offset);
        return address == 0
                ? ""
                : MemorySegment.ofAddress(address).reinterpret(LARGEST_BUFFER).getString(0,
                        StandardCharsets.ISO_8859_1);
    }
}
