package org.postrider.common.posix;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locks files with flock(2). Such a lock belongs to the open file, not to the process, so that two conversations of one process
 * exclude each other, and Postfix's own programs see it. The kernel drops it when the process ends.
 */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
public final class FileLocks {
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int EWOULDBLOCK = 11;
    private static final int ENOENT = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = LINKER.downcallHandle(LIBC.findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2), Linker.Option.captureCallState("errno"));
    private static final MethodHandle FLOCK = LINKER.downcallHandle(LIBC.findOrThrow("flock"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE = LINKER.downcallHandle(LIBC.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private FileLocks() {}

    /** A lock that is held until it is closed. */
    public static final class Held implements Closeable {
        private int descriptor;

        private Held(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public void close() {
            if (descriptor >= 0) {
                closeDescriptor(descriptor);
                descriptor = -1;
            }
        }
    }

    /** A lock that others may share, at once or not at all; empty when somebody has the file for himself. */
    public static Optional<Held> tryShared(Path file) throws IOException {
        return lock(file, LOCK_SH | LOCK_NB);
    }

    /** The file for oneself, at once or not at all; empty when anybody has a lock on it. */
    public static Optional<Held> tryExclusive(Path file) throws IOException {
        return lock(file, LOCK_EX | LOCK_NB);
    }

    /** The file for oneself; waits for the others. Call on a platform thread. */
    public static Held exclusive(Path file) throws IOException {
        return lock(file, LOCK_EX).orElseThrow(() -> new IOException("flock " + file));
    }

    private static Optional<Held> lock(Path file, int operation) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment name = arena.allocateFrom(file.toString(), StandardCharsets.UTF_8);
            int descriptor = (int) OPEN.invokeExact(state, name, O_RDONLY | O_CLOEXEC);
            if (descriptor < 0) {
                throw failure("open", file, (int) ERRNO.get(state, 0L));
            }
            int status = (int) FLOCK.invokeExact(state, descriptor, operation);
            if (status == 0) {
                return Optional.of(new Held(descriptor));
            }
            int errno = (int) ERRNO.get(state, 0L);
            closeDescriptor(descriptor);
            if (errno == EWOULDBLOCK) {
                return Optional.empty();
            }
            throw failure("flock", file, errno);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static IOException failure(String call, Path file, int errno) {
        return errno == ENOENT
                ? new NoSuchFileException(file.toString())
                : new IOException(call + " " + file + ": error " + errno);
    }

    private static void closeDescriptor(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
