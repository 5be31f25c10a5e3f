package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One function of the C library that takes and returns integers and pointers only, six at most. On the two supported machines these
 * travel in whole 64-bit registers, those in the place of a declaration's dots too, so every function is called with six {@code long}
 * arguments (a pointer is the address of a segment that the caller keeps alive): the callee reads as many as it has, and the width it
 * needs. All functions then share one linker stub, which keeps a daemon's start short: a stub takes milliseconds to make, and there
 * would be ten.
 */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
final class LibraryFunction {
    private static final int REGISTERS = 6;
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs(REGISTERS)), Linker.Option.captureCallState("errno"));

    private final String name;
    private final int arguments;
    private volatile @Nullable MemorySegment found;

    LibraryFunction(String name, int arguments) {
        if (arguments > REGISTERS) {
            throw new IllegalArgumentException(name + " has too many arguments");
        }
        this.name = name;
        this.arguments = arguments;
    }

    private MemorySegment address() {
        MemorySegment address = found;
        if (address == null) {
            address = Linker.nativeLinker().defaultLookup().findOrThrow(name);
            found = address;
        }
        return address;
    }

    private static ValueLayout[] longs(int count) {
        ValueLayout[] parameters = new ValueLayout[count];
        Arrays.fill(parameters, ValueLayout.JAVA_LONG);
        return parameters;
    }

    /**
     * A bare handle of a function in this library, for calls so short that checking errno and packing arguments would cost more than
     * they do. All arguments and the result are {@code long}; an int result stands in the lower half.
     */
    static MethodHandle bare(SymbolLookup library, String name, int arguments) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs(arguments)));
    }

    /** Calls a function that returns an int, -1 with errno set when it fails. */
    int call(long... values) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) invoke(state, values);
            if (result == -1) {
                throw new PosixException(name, (int) ERRNO.get(state, 0L));
            }
            return result;
        }
    }

    /** Calls a function that returns a ssize_t, -1 with errno set when it fails. */
    long callLong(long... values) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = invoke(state, values);
            if (result == -1) {
                throw new PosixException(name, (int) ERRNO.get(state, 0L));
            }
            return result;
        }
    }

    /** Calls a function that returns 0 or an error number, as the posix_spawn family and getpwnam_r do. */
    void callZero(long... values) throws PosixException {
        int result = (int) plain(values);
        if (result != 0) {
            throw new PosixException(name, result);
        }
    }

    /** Calls a function that does not fail. */
    long plain(long... values) {
        try (Arena arena = Arena.ofConfined()) {
            return invoke(arena.allocate(STATE), values);
        }
    }

    private long invoke(MemorySegment state, long[] v) {
        if (v.length != arguments) {
            throw new IllegalArgumentException(name + " takes " + arguments + " arguments");
        }
        try {
            return (long) CALL.invokeExact(address(), state, at(v, 0), at(v, 1), at(v, 2), at(v, 3), at(v, 4),
                    at(v, 5));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + name, e);
        }
    }

    private static long at(long[] values, int index) {
        return index < values.length ? values[index] : 0;
    }
}
