package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * A pattern of libpcre2-8, compiled to machine code where the library can. A match that the machine code gives up (its stack is
 * small) is made again by the interpreter, whose limits are the library's own: ten million steps and 20 MB, unless it was built with others.
 */
@SuppressWarnings("restricted") // The first-byte table lies where the library says.
public final class PerlPattern implements NativePattern {
    /** The library's name. */
    public static final String LIBRARY = "libpcre2-8.so.0";
    public static final int CASELESS = 0x8;
    public static final int DOLLAR_END_ONLY = 0x10;
    public static final int DOT_ALL = 0x20;
    public static final int EXTENDED = 0x80;
    public static final int MULTI_LINE = 0x400;
    public static final int UNGREEDY = 0x40000;
    public static final int ANCHORED = 0x80000000;

    private static final int UTF = 0x80000;
    private static final int INFO_ALL_OPTIONS = 0;
    private static final int INFO_CAPTURES = 4;
    private static final int INFO_FIRST_UNIT = 5;
    private static final int INFO_FIRST_TYPE = 6;
    private static final int INFO_FIRST_TABLE = 7;
    private static final int INFO_LAST_UNIT = 11;
    private static final int INFO_LAST_TYPE = 12;
    private static final int INFO_SHORTEST = 16;
    private static final int WITHOUT_MACHINE_CODE = 0x2000;
    private static final int NO_MATCH = -1;
    private static final int MACHINE_STACK_LIMIT = -46;
    private static final int STEP_LIMIT = -47;

    private final long code;
    private final Owned memory;
    private final int groups;
    private final int shortest;
    private final Bytes first;
    private final Bytes last;
    /** What a text must begin with, in any case. */
    private final String start;

    /** A set of bytes of which a text must have one. */
    private record Bytes(long zero, long one, long two, long three) {
        static final Bytes ANY = new Bytes(-1, -1, -1, -1);

        /** A letter in both cases: whether the pattern minds case at this place is not told. */
        static Bytes of(int unit) {
            long[] set = new long[4];
            set[unit >> 6] |= 1L << unit;
            int other = unit ^ 0x20;
            if ((other >= 'a' && other <= 'z') || (other >= 'A' && other <= 'Z')) {
                set[other >> 6] |= 1L << other;
            }
            return new Bytes(set[0], set[1], set[2], set[3]);
        }

        boolean in(PatternText text) {
            return (zero & one & two & three) == -1 || text.hasOneOf(zero, one, two, three);
        }
    }

    private PerlPattern(long code, String pattern, int options, MemorySegment answer) {
        this.code = code;
        this.memory = Owned.by(this, () -> PerlLibrary.free(code));
        this.groups = (int) info(INFO_CAPTURES, answer);
        boolean bytewise = (info(INFO_ALL_OPTIONS, answer) & UTF) == 0;
        this.shortest = bytewise ? (int) info(INFO_SHORTEST, answer) : 0;
        this.first = bytewise ? first(answer) : Bytes.ANY;
        this.start = bytewise && (info(INFO_ALL_OPTIONS, answer) & ANCHORED) != 0
                ? PerlPrefix.of(pattern, options)
                : "";
        this.last = bytewise && info(INFO_LAST_TYPE, answer) == 1
                ? Bytes.of((int) info(INFO_LAST_UNIT, answer))
                : Bytes.ANY;
    }

    /** True when the library is on this system; loads it. */
    public static boolean isAvailable() {
        return PerlLibrary.isThere();
    }

    /**
     * Compiles a pattern.
     *
     * @param options bits of the constants above
     */
    public static PerlPattern compile(String pattern, int options) throws PatternException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(pattern, StandardCharsets.ISO_8859_1);
            MemorySegment error = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment offset = arena.allocate(ValueLayout.JAVA_LONG);
            long code = PerlLibrary.compile(text.address(), pattern.length(), options, error.address(),
                    offset.address());
            if (code == 0) {
                throw PatternException.compiling(PerlLibrary.message(error.get(ValueLayout.JAVA_INT, 0)),
                        (int) offset.get(ValueLayout.JAVA_LONG, 0));
            }
            PerlLibrary.compileToMachineCode(code);
            return new PerlPattern(code, pattern, options, offset);
        }
    }

    private long info(int what, MemorySegment answer) {
        answer.set(ValueLayout.JAVA_LONG, 0, 0);
        PerlLibrary.info(code, what, answer.address());
        return answer.get(ValueLayout.JAVA_LONG, 0);
    }

    private Bytes first(MemorySegment answer) {
        if (info(INFO_FIRST_TYPE, answer) == 1) {
            return Bytes.of((int) info(INFO_FIRST_UNIT, answer));
        }
        long table = info(INFO_FIRST_TABLE, answer);
        if (table == 0) {
            return Bytes.ANY;
        }
        MemorySegment bits = MemorySegment.ofAddress(table).reinterpret(32);
        return new Bytes(bits.get(ValueLayout.JAVA_LONG_UNALIGNED, 0), bits.get(ValueLayout.JAVA_LONG_UNALIGNED, 8),
                bits.get(ValueLayout.JAVA_LONG_UNALIGNED, 16), bits.get(ValueLayout.JAVA_LONG_UNALIGNED, 24));
    }

    @Override
    public int groups() {
        return groups;
    }

    @Override
    public boolean mayMatch(PatternText text) {
        return text.length() >= shortest && text.startsWith(start) && last.in(text) && first.in(text);
    }

    @Override
    public boolean matches(PatternText text, boolean patient) throws PatternException {
        try {
            PerlMatch match = text.perl();
            int result = PerlLibrary.match(code, text.address(), text.length(), 0, match.address(), patient);
            if (patient && (result == MACHINE_STACK_LIMIT || result == STEP_LIMIT)) {
                result = PerlLibrary.match(code, text.address(), text.length(), WITHOUT_MACHINE_CODE, match.address(),
                        true);
            }
            if (result >= 0) {
                return true;
            }
            if (result == NO_MATCH) {
                return false;
            }
            throw PatternException.matching(PerlLibrary.message(result),
                    !patient && (result == MACHINE_STACK_LIMIT || result == STEP_LIMIT));
        } finally {
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(text);
        }
    }

    @Override
    public void close() {
        memory.free();
    }
}
