package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** File descriptors as such: reading, writing, duplicating, closing, and the ones that wake a poll. */
public final class Descriptors {
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int NON_BLOCKING = 0x800;
    private static final int GET_FLAGS = 3;
    private static final int SET_FLAGS = 4;
    private static final int DUPLICATE_CLOSE_ON_EXEC = 1030;
    private static final LibraryFunction CLOSE = new LibraryFunction("close", 1);
    private static final LibraryFunction READ = new LibraryFunction("read", 3);
    private static final LibraryFunction WRITE = new LibraryFunction("write", 3);
    private static final LibraryFunction PIPE = new LibraryFunction("pipe2", 2);
    private static final LibraryFunction EVENT = new LibraryFunction("eventfd", 2);
    private static final LibraryFunction CONTROL = new LibraryFunction("fcntl", 3);
    private static final LibraryFunction DUPLICATE_TO = new LibraryFunction("dup2", 2);

    /** The two ends of a pipe. */
    public record Pipe(int reader, int writer) {}

    private Descriptors() {}

    /** Closes; a descriptor that is closed already is not an error worth telling. */
    public static void close(int descriptor) {
        try {
            CLOSE.call(descriptor);
        } catch (PosixException _) {
            // Linux has released the descriptor whatever close(2) says.
        }
    }

    /**
     * Reads once.
     *
     * @return bytes read, 0 at the end
     */
    public static int read(int descriptor, byte[] into) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, into.length));
            int count = read(descriptor, buffer.asSlice(0, into.length));
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, count);
            return count;
        }
    }

    /**
     * Reads once, into memory outside the heap that the caller uses again.
     *
     * @return bytes read, 0 at the end
     */
    public static int read(int descriptor, MemorySegment into) throws PosixException {
        return (int) READ.callLong(descriptor, into.address(), into.byteSize());
    }

    /**
     * Writes once.
     *
     * @return bytes written, perhaps fewer than given
     */
    public static int write(int descriptor, byte[] bytes) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return (int) WRITE.callLong(descriptor, buffer.address(), bytes.length);
        }
    }

    /** Writes all of it, however often that takes. */
    static void writeFully(int descriptor, byte[] bytes, int offset, int length) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, length));
            MemorySegment.copy(bytes, offset, buffer, ValueLayout.JAVA_BYTE, 0, length);
            for (long written = 0; written < length;) {
                written += WRITE.callLong(descriptor, buffer.address() + written, length - written);
            }
        }
    }

    /** A pipe, closed at exec. */
    public static Pipe pipe() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            PIPE.call(ends.address(), CLOSE_ON_EXEC);
            return new Pipe(ends.getAtIndex(ValueLayout.JAVA_INT, 0), ends.getAtIndex(ValueLayout.JAVA_INT, 1));
        }
    }

    /** An event counter, eventfd(2), closed at exec and not blocking: {@link #signal} from any thread wakes a poll on it. */
    public static int event() throws PosixException {
        return EVENT.call(0, CLOSE_ON_EXEC | NON_BLOCKING);
    }

    /** Makes an event counter readable. */
    public static void signal(int event) throws PosixException {
        write(event, new byte[]{1, 0, 0, 0, 0, 0, 0, 0});
    }

    /** Makes an event counter unreadable again. */
    public static void clear(int event) throws PosixException {
        try {
            read(event, new byte[8]);
        } catch (PosixException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
        }
    }

    /** Switches O_NONBLOCK. */
    public static void blocking(int descriptor, boolean blocking) throws PosixException {
        int flags = CONTROL.call(descriptor, GET_FLAGS, 0);
        CONTROL.call(descriptor, SET_FLAGS, blocking ? flags & ~NON_BLOCKING : flags | NON_BLOCKING);
    }

    /** Another descriptor of the same open file, closed at exec. */
    public static int duplicate(int descriptor) throws PosixException {
        return CONTROL.call(descriptor, DUPLICATE_CLOSE_ON_EXEC, 3);
    }

    /** Makes {@code number} another name of the open file, closing what it was. */
    public static void duplicateTo(int descriptor, int number) throws PosixException {
        DUPLICATE_TO.call(descriptor, number);
    }
}
