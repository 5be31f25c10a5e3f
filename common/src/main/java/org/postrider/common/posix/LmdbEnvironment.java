package org.postrider.common.posix;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * An LMDB file that is being written, through liblmdb: the distribution's, else the one that the image brings. One transaction, from
 * {@link #open} to {@link #commit}; closing without commit leaves the file as it was. For one thread of a command: the library trusts
 * what it finds in the file.
 *
 * <p>Writers and readers keep out of each other's way as Postfix's do, by fcntl(2) locks on the whole file and none of the library's:
 * exclusive for a moment, so that nobody reads the state before the last, then shared.
 */
public final class LmdbEnvironment implements Closeable {
    private static final String NAME = "liblmdb.so.0";
    private static final int SINGLE_FILE = 0x4000;
    private static final int NO_LOCK = 0x400000;
    private static final int KEEP_EXISTING = 0x10;
    private static final int APPEND = 0x20000;
    private static final int KEY_EXISTS = -30799;
    private static final int NOT_FOUND = -30798;
    private static final int LOCK_AND_WAIT = 38;
    private static final short READ_LOCK = 0;
    private static final short WRITE_LOCK = 1;
    private static final int LONGEST_MESSAGE = 256;
    private static final LibraryFunction CONTROL = new LibraryFunction("fcntl", 3);

    private final Library library;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment key;
    private final MemorySegment data;
    private final int descriptor;
    private MemorySegment buffer;
    private long environment;
    private long transaction;
    private int table;

    private LmdbEnvironment(Library library, int descriptor) {
        this.library = library;
        this.descriptor = descriptor;
        this.key = arena.allocate(16, 8);
        this.data = arena.allocate(16, 8);
        this.buffer = arena.allocate(4096);
    }

    /**
     * Opens a file and begins a transaction; waits for other writers.
     *
     * @param mode permission bits of a file that is made
     * @param mapSize to how many bytes the file may grow; room for addresses, not for content
     */
    public static LmdbEnvironment open(Path file, int mode, long mapSize) throws IOException {
        Library library = Library.load();
        LmdbEnvironment opened = new LmdbEnvironment(library, descriptor(file, mode));
        try {
            opened.begin(file, mode, mapSize);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private static int descriptor(Path file, int mode) throws PosixException {
        try {
            int made = Inodes.open(file, Inodes.READ_WRITE | Inodes.CREATE | Inodes.EXCLUSIVE, mode);
            Inodes.chmod(made, mode);
            return made;
        } catch (PosixException e) {
            if (e.errno() == Errno.EEXIST) {
                return Inodes.open(file, Inodes.READ_WRITE, 0);
            }
            throw e;
        }
    }

    private void begin(Path file, int mode, long mapSize) throws IOException {
        lock(WRITE_LOCK);
        MemorySegment result = arena.allocate(8, 8);
        check(library.call1(library.create, result.address()));
        environment = result.get(ValueLayout.JAVA_LONG, 0);
        check(library.call2(library.setMapSize, environment, mapSize));
        MemorySegment name = arena.allocateFrom(file.toString(), StandardCharsets.UTF_8);
        check(library.call4(library.open, environment, name.address(), SINGLE_FILE | NO_LOCK, mode));
        lock(READ_LOCK);
        check(library.call4(library.begin, environment, 0, 0, result.address()));
        transaction = result.get(ValueLayout.JAVA_LONG, 0);
        check(library.call4(library.openTable, transaction, 0, 0, result.address()));
        table = result.get(ValueLayout.JAVA_INT, 0);
    }

    /** The locks belong to the open file, so that nothing the library closes can give them up. */
    private void lock(short kind) throws PosixException {
        MemorySegment lock = arena.allocate(32, 8);
        lock.set(ValueLayout.JAVA_SHORT, 0, kind);
        CONTROL.call(descriptor, LOCK_AND_WAIT, lock.address());
    }

    /** Removes all entries. */
    public void clear() throws IOException {
        check(library.call3(library.drop, transaction, table, 0));
    }

    /**
     * Stores a value.
     *
     * @param replace what the key has is replaced
     * @return false, and nothing is done, when the key has a value that is to stay
     */
    public boolean put(byte[] name, byte[] value, boolean replace) throws IOException {
        int status = put(name, value, replace ? 0 : KEEP_EXISTING);
        if (status == KEY_EXISTS) {
            return false;
        }
        check(status);
        return true;
    }

    /** Stores a value of a key that is greater, by its bytes, than all that are there. */
    public void append(byte[] name, byte[] value) throws IOException {
        check(put(name, value, APPEND));
    }

    private int put(byte[] name, byte[] value, int how) {
        room((long) name.length + value.length);
        fill(key, name, 0);
        fill(data, value, name.length);
        return (int) library.call5(library.put, transaction, table, key.address(), data.address(), how);
    }

    /** Removes a key; false when it is not there. */
    public boolean remove(byte[] name) throws IOException {
        room(name.length);
        fill(key, name, 0);
        int status = (int) library.call4(library.delete, transaction, table, key.address(), 0);
        if (status == NOT_FOUND) {
            return false;
        }
        check(status);
        return true;
    }

    private void room(long bytes) {
        if (bytes > buffer.byteSize()) {
            buffer = arena.allocate(Math.max(bytes, 2 * buffer.byteSize()));
        }
    }

    private void fill(MemorySegment value, byte[] bytes, long at) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, at, bytes.length);
        value.set(ValueLayout.JAVA_LONG, 0, bytes.length);
        value.set(ValueLayout.JAVA_LONG, 8, buffer.address() + at);
    }

    /** Makes the changes durable and visible, all at once. */
    public void commit() throws IOException {
        long finished = transaction;
        transaction = 0;
        check(library.call1(library.commit, finished));
    }

    @Override
    public void close() {
        if (transaction != 0) {
            long _ = library.call1(library.abort, transaction);
            transaction = 0;
        }
        if (environment != 0) {
            long _ = library.call1(library.close, environment);
            environment = 0;
        }
        if (arena.scope().isAlive()) {
            Descriptors.close(descriptor);
            arena.close();
        }
    }

    @SuppressWarnings("restricted") // The text lies where the library says.
    private void check(long status) throws IOException {
        int code = (int) status;
        if (code != 0) {
            MemorySegment text = MemorySegment.ofAddress(library.call1(library.message, code)).reinterpret(
                    LONGEST_MESSAGE);
            throw new LmdbException(text.getString(0));
        }
    }

    /** The functions that are used; all take and return what fits into 64 bits (see {@link LibraryFunction}). */
    @SuppressWarnings("restricted") // This room is where restricted methods are called.
    private record Library(MethodHandle create, MethodHandle setMapSize, MethodHandle open, MethodHandle close,
            MethodHandle begin, MethodHandle commit, MethodHandle abort, MethodHandle openTable, MethodHandle put,
            MethodHandle delete, MethodHandle drop, MethodHandle message) {

        static Library load() throws IOException {
            SymbolLookup symbols = find();
            return new Library(function(symbols, "mdb_env_create", 1), function(symbols, "mdb_env_set_mapsize", 2),
                    function(symbols, "mdb_env_open", 4), function(symbols, "mdb_env_close", 1),
                    function(symbols, "mdb_txn_begin", 4), function(symbols, "mdb_txn_commit", 1),
                    function(symbols, "mdb_txn_abort", 1), function(symbols, "mdb_dbi_open", 4),
                    function(symbols, "mdb_put", 5), function(symbols, "mdb_del", 4), function(symbols, "mdb_drop", 3),
                    function(symbols, "mdb_strerror", 1));
        }

        private static SymbolLookup find() throws IOException {
            Optional<SymbolLookup> ofTheSystem = SharedLibrary.find(NAME);
            if (ofTheSystem.isPresent()) {
                return ofTheSystem.get();
            }
            String machine = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
            for (String folder : System.getProperty("java.library.path", "").split(":", -1)) {
                Path library = Path.of(folder, machine + "-linux-gnu.so");
                if (!folder.isEmpty() && Files.exists(library)) {
                    return SymbolLookup.libraryLookup(library, Arena.global());
                }
            }
            throw new IOException("library " + NAME + " is not on this system, nor in the image");
        }

        private static MethodHandle function(SymbolLookup symbols, String name, int arguments) {
            ValueLayout[] parameters = new ValueLayout[arguments];
            Arrays.fill(parameters, ValueLayout.JAVA_LONG);
            return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, parameters));
        }

        long call1(MethodHandle function, long a) {
            try {
                return (long) function.invokeExact(a);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        long call2(MethodHandle function, long a, long b) {
            try {
                return (long) function.invokeExact(a, b);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        long call3(MethodHandle function, long a, long b, long c) {
            try {
                return (long) function.invokeExact(a, b, c);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        long call4(MethodHandle function, long a, long b, long c, long d) {
            try {
                return (long) function.invokeExact(a, b, c, d);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        long call5(MethodHandle function, long a, long b, long c, long d, long e) {
            try {
                return (long) function.invokeExact(a, b, c, d, e);
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }
    }
}
