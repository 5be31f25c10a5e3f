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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One function of the C library that takes and returns integers and pointers only. On the two supported machines these travel
 * in whole 64-bit registers, so every function is called with {@code long} arguments (a pointer is the address of a segment that
 * the caller keeps alive), and the callee reads the width it needs. Functions of the same number of arguments then share one
 * linker stub, which keeps a small daemon's start short; the stub is made at the first call.
 */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
final class LibraryFunction {
    private static final int VARIADIC_NONE = -1;
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final String name;
    private final int arguments;
    private final int firstVariadic;
    private volatile @Nullable MethodHandle made;

    LibraryFunction(String name, int arguments) {
        this(name, arguments, VARIADIC_NONE);
    }

    /** @param firstVariadic index of the first argument that stands in the place of the C declaration's dots */
    LibraryFunction(String name, int arguments, int firstVariadic) {
        this.name = name;
        this.arguments = arguments;
        this.firstVariadic = firstVariadic;
    }

    private MethodHandle handle() {
        MethodHandle handle = made;
        if (handle == null) {
            handle = make();
            made = handle;
        }
        return handle;
    }

    private MethodHandle make() {
        ValueLayout[] parameters = new ValueLayout[arguments];
        Arrays.fill(parameters, ValueLayout.JAVA_LONG);
        List<Linker.Option> options = new ArrayList<>();
        options.add(Linker.Option.captureCallState("errno"));
        if (firstVariadic != VARIADIC_NONE) {
            options.add(Linker.Option.firstVariadicArg(firstVariadic));
        }
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_LONG, parameters),
                options.toArray(Linker.Option[]::new));
    }

    /**
     * A bare handle of a function in this library, for calls so short that checking errno and packing arguments would cost more than
     * they do. All arguments and the result are {@code long}; an int result stands in the lower half.
     */
    static MethodHandle bare(SymbolLookup library, String name, int arguments) {
        ValueLayout[] parameters = new ValueLayout[arguments];
        Arrays.fill(parameters, ValueLayout.JAVA_LONG);
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, parameters));
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
        MethodHandle h = handle();
        try {
            return switch (v.length) {
                case 0 -> (long) h.invokeExact(state);
                case 1 -> (long) h.invokeExact(state, v[0]);
                case 2 -> (long) h.invokeExact(state, v[0], v[1]);
                case 3 -> (long) h.invokeExact(state, v[0], v[1], v[2]);
                case 4 -> (long) h.invokeExact(state, v[0], v[1], v[2], v[3]);
                case 5 -> (long) h.invokeExact(state, v[0], v[1], v[2], v[3], v[4]);
                case 6 -> (long) h.invokeExact(state, v[0], v[1], v[2], v[3], v[4], v[5]);
                default -> throw new IllegalArgumentException(name + " has too many arguments");
            };
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + name, e);
        }
    }
}
