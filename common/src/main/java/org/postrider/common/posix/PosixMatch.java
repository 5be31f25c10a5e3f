package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The array of regmatch_t (two ints each) that regexec(3) reads its range from and leaves its groups in. */
final class PosixMatch implements PatternText.Groups {
    private final MemorySegment pairs;
    private final int count;

    PosixMatch(int groups) {
        this.count = groups + 1;
        this.pairs = Arena.ofAuto().allocate(count * 8L, 8);
    }

    /** Says how long the text is, so that a NUL does not end it. */
    void range(int length) {
        pairs.set(ValueLayout.JAVA_INT, 0, 0);
        pairs.set(ValueLayout.JAVA_INT, 4, length);
    }

    int count() {
        return count;
    }

    long address() {
        return pairs.address();
    }

    @Override
    public long start(int group) {
        return pairs.get(ValueLayout.JAVA_INT, group * 8L);
    }

    @Override
    public long end(int group) {
        return pairs.get(ValueLayout.JAVA_INT, group * 8L + 4);
    }
}
