package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The functions of libpcre2-8 (pcre2api(3)) that {@link PerlPattern} needs. Loaded by the first who asks for it. */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
final class PerlLibrary {
    private static final String NAME = PerlPattern.LIBRARY;
    private static final int LONGEST_MESSAGE = 256;
    /** A step of the just-in-time matcher takes some 15 ns; this many stay below two milliseconds. */
    private static final int IMPATIENT_STEPS = 100_000;
    /** A record, so that the compiler takes the handles for constants. */
    private static final Optional<Functions> FUNCTIONS = load();

    private record Functions(MethodHandle compile, MethodHandle jit, MethodHandle match, MethodHandle dataCreate,
            MethodHandle dataFree, MethodHandle offsets, MethodHandle info, MethodHandle codeFree, MethodHandle message,
            long impatience) {}

    private static final class Handles {
        static final Functions F = FUNCTIONS
                .orElseThrow(() -> new IllegalStateException(NAME + " is not on this system"));

        private Handles() {}
    }

    private PerlLibrary() {}

    static boolean isThere() {
        return FUNCTIONS.isPresent();
    }

    private static Optional<Functions> load() {
        Optional<SymbolLookup> found = SharedLibrary.find(NAME);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SymbolLookup library = found.get();
        try {
            long context = (long) LibraryFunction.bare(library, "pcre2_match_context_create_8", 1).invokeExact(0L);
            long _ = (long) LibraryFunction.bare(library, "pcre2_set_match_limit_8", 2).invokeExact(context,
                    (long) IMPATIENT_STEPS);
            return Optional.of(new Functions(LibraryFunction.bare(library, "pcre2_compile_8", 6),
                    LibraryFunction.bare(library, "pcre2_jit_compile_8", 2),
                    LibraryFunction.bare(library, "pcre2_match_8", 7),
                    LibraryFunction.bare(library, "pcre2_match_data_create_8", 2),
                    LibraryFunction.bare(library, "pcre2_match_data_free_8", 1),
                    LibraryFunction.bare(library, "pcre2_get_ovector_pointer_8", 1),
                    LibraryFunction.bare(library, "pcre2_pattern_info_8", 3),
                    LibraryFunction.bare(library, "pcre2_code_free_8", 1),
                    LibraryFunction.bare(library, "pcre2_get_error_message_8", 3), context));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** A foreign call throws nothing but what is wrong with the machine. */
    private static RuntimeException failure(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(NAME, e);
    }

    /** The compiled pattern, or 0 when it is wrong: why and where stand in the two numbers. */
    static long compile(long pattern, long length, int options, long error, long offset) {
        try {
            return (long) Handles.F.compile.invokeExact(pattern, length, options & 0xffffffffL, error, offset, 0L);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Compiles to machine code; where that is not possible the pattern works without. */
    static void compileToMachineCode(long code) {
        try {
            long _ = (long) Handles.F.jit.invokeExact(code, 1L);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** The result of pcre2_match: positive for a match. */
    static int match(long code, long text, long length, int options, long data, boolean patient) {
        Functions f = Handles.F;
        try {
            return (int) (long) f.match.invokeExact(code, text, length, 0L, (long) options, data,
                    patient ? 0L : f.impatience);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static long createMatchData(int pairs) {
        try {
            return (long) Handles.F.dataCreate.invokeExact((long) pairs, 0L);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static void freeMatchData(long data) {
        try {
            long _ = (long) Handles.F.dataFree.invokeExact(data);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static long offsets(long data) {
        try {
            return (long) Handles.F.offsets.invokeExact(data);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Asks for something of the pattern; where is room for eight bytes. */
    static void info(long code, int what, long where) {
        try {
            long _ = (long) Handles.F.info.invokeExact(code, (long) what, where);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static void free(long code) {
        try {
            long _ = (long) Handles.F.codeFree.invokeExact(code);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** The library's words for an error number. */
    static String message(int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ValueLayout.JAVA_BYTE, LONGEST_MESSAGE);
            long _ = (long) Handles.F.message.invokeExact((long) error, text.address(), (long) LONGEST_MESSAGE);
            return text.getString(0, StandardCharsets.ISO_8859_1);
        } catch (Throwable e) {
            throw failure(e);
        }
    }
}
