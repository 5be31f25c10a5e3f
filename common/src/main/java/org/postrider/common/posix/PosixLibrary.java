package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The functions of regex(3). They follow the locale of the thread, which the JVM took from the environment; a byte is a character here,
 * so they run in the locale {@code C}, as Postfix does.
 */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
final class PosixLibrary {
    private static final int LONGEST_MESSAGE = 256;
    private static final int ALL_CATEGORIES_MASK = 0x1fbf;
    private static final int CATEGORY_CHARACTERS = 0;
    private static final Functions F = load();

    /**
     * @param plainLocale the C locale, or 0 where the process has it anyway
     */
    private record Functions(MethodHandle compile, MethodHandle match, MethodHandle message, MethodHandle free,
            MethodHandle useLocale, long plainLocale) {}

    private PosixLibrary() {}

    private static Functions load() {
        SymbolLookup library = Linker.nativeLinker().defaultLookup();
        try (Arena arena = Arena.ofConfined()) {
            return new Functions(LibraryFunction.bare(library, "regcomp", 3),
                    LibraryFunction.bare(library, "regexec", 5), LibraryFunction.bare(library, "regerror", 4),
                    LibraryFunction.bare(library, "regfree", 1), LibraryFunction.bare(library, "uselocale", 1),
                    plainLocale(library, arena));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static long plainLocale(SymbolLookup library, Arena arena) throws Throwable {
        long name = (long) LibraryFunction.bare(library, "setlocale", 2).invokeExact((long) CATEGORY_CHARACTERS, 0L);
        String now = MemorySegment.ofAddress(name).reinterpret(LONGEST_MESSAGE).getString(0);
        if (now.equals("C") || now.equals("POSIX")) {
            return 0;
        }
        return (long) LibraryFunction.bare(library, "newlocale", 3).invokeExact((long) ALL_CATEGORIES_MASK,
                arena.allocateFrom("C").address(), 0L);
    }

    /** A foreign call throws nothing but what is wrong with the machine. */
    private static RuntimeException failure(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException("regex", e);
    }

    /** Nothing between the changes of the locale may leave the thread: a virtual thread would take the locale to nobody knows whom. */
    static int compile(long pattern, long text, int options) {
        try {
            long before = enter();
            int result = (int) (long) F.compile.invokeExact(pattern, text, (long) options);
            leave(before);
            return result;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static int match(long pattern, long text, long count, long pairs, int options) {
        try {
            long before = enter();
            int result = (int) (long) F.match.invokeExact(pattern, text, count, pairs, (long) options);
            leave(before);
            return result;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static long enter() throws Throwable {
        return F.plainLocale == 0 ? 0 : (long) F.useLocale.invokeExact(F.plainLocale);
    }

    private static void leave(long before) throws Throwable {
        if (before != 0) {
            long _ = (long) F.useLocale.invokeExact(before);
        }
    }

    static void free(long pattern) {
        try {
            // A function without result leaves anything in the register that is read here.
            long _ = (long) F.free.invokeExact(pattern);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static String message(int error, long pattern) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ValueLayout.JAVA_BYTE, LONGEST_MESSAGE);
            long before = enter();
            long _ = (long) F.message.invokeExact((long) error, pattern, text.address(), (long) LONGEST_MESSAGE);
            leave(before);
            return text.getString(0, StandardCharsets.ISO_8859_1);
        } catch (Throwable e) {
            throw failure(e);
        }
    }
}
