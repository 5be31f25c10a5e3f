package org.postrider.common.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The match data of libpcre2, made when it is first needed: the offsets of the groups as pairs of size_t. */
@SuppressWarnings("restricted") // The offsets lie where the library says.
final class PerlMatch implements PatternText.Groups {
    private final int count;
    private @Nullable MemorySegment pairs;
    private long data;

    PerlMatch(int groups) {
        this.count = groups + 1;
    }

    long address() {
        if (data == 0) {
            long made = PerlLibrary.createMatchData(count);
            Owned.by(this, () -> PerlLibrary.freeMatchData(made));
            pairs = MemorySegment.ofAddress(PerlLibrary.offsets(made)).reinterpret(count * 16L);
            data = made;
        }
        return data;
    }

    private long number(long index) {
        MemorySegment there = pairs;
        return there == null ? -1 : there.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    @Override
    public long start(int group) {
        return number(group * 2L);
    }

    @Override
    public long end(int group) {
        return number(group * 2L + 1);
    }
}
