package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * A pattern of the C library, regex(7). The library has no limits: it recurses over what a pattern nests and repeats, and a back
 * reference makes it try every way to split the text. So a pattern that would become too big is refused with the library's own words
 * for that, and a back reference is not tried on a long text.
 */
public final class PosixPattern implements NativePattern {
    public static final int EXTENDED = 1;
    public static final int CASELESS = 2;
    /** Newline ends lines: REG_NEWLINE. */
    public static final int MULTI_LINE = 4;
    /** What groups matched is not asked for; matching is faster. */
    public static final int WITHOUT_GROUPS = 8;

    private static final int NO_MATCH = 1;
    private static final int TEXT_HAS_RANGE = 4;
    private static final int BAD_PATTERN = 2;
    private static final int TOO_BIG = 15;
    private static final int SIZE = 64;
    private static final int GROUPS_OFFSET = 48;
    /** Longest text for a back reference. */
    private static final int LONGEST_FOR_REFERENCE = 400;
    /** Some hundred nanoseconds a byte: longer than this is not for an event loop. */
    private static final int LONGEST_IMPATIENT = 4096;

    private final MemorySegment pattern;
    private final Owned memory;
    private final boolean refersBack;

    private PosixPattern(MemorySegment pattern, boolean refersBack) {
        this.pattern = pattern;
        this.refersBack = refersBack;
        this.memory = Owned.by(this, () -> free(pattern));
    }

    private static void free(MemorySegment pattern) {
        try {
            PosixLibrary.free(pattern.address());
        } finally {
            Reference.reachabilityFence(pattern);
        }
    }

    /**
     * Compiles a pattern.
     *
     * @param options bits of the constants above
     */
    public static PosixPattern compile(String pattern, int options) throws PatternException {
        PosixPatternSize size = PosixPatternSize.of(pattern, (options & EXTENDED) != 0);
        MemorySegment made = Arena.ofAuto().allocate(SIZE, 8);
        if (size.isTooBig() || pattern.indexOf(0) >= 0) {
            throw PatternException.compiling(
                    PosixLibrary.message(size.isTooBig() ? TOO_BIG : BAD_PATTERN, made.address()), -1);
        }
        try (Arena arena = Arena.ofConfined()) {
            int result = PosixLibrary.compile(made.address(),
                    arena.allocateFrom(pattern, StandardCharsets.ISO_8859_1).address(), options);
            if (result != 0) {
                throw PatternException.compiling(PosixLibrary.message(result, made.address()), -1);
            }
            return new PosixPattern(made, size.refersBack());
        }
    }

    @Override
    public int groups() {
        return (int) pattern.get(ValueLayout.JAVA_LONG, GROUPS_OFFSET);
    }

    @Override
    public boolean mayMatch(PatternText text) {
        return true;
    }

    @Override
    public boolean matches(PatternText text, boolean patient) throws PatternException {
        if (!patient && (refersBack || text.length() > LONGEST_IMPATIENT)) {
            throw PatternException.matching("might take long", true);
        }
        if (refersBack && text.length() > LONGEST_FOR_REFERENCE) {
            throw PatternException.matching("back reference with more than " + LONGEST_FOR_REFERENCE + " bytes", false);
        }
        try {
            PosixMatch match = text.posix();
            match.range(text.length());
            int result = PosixLibrary.match(pattern.address(), text.address(), match.count(), match.address(),
                    TEXT_HAS_RANGE);
            if (result == 0 || result == NO_MATCH) {
                return result == 0;
            }
            throw PatternException.matching(PosixLibrary.message(result, pattern.address()), false);
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
