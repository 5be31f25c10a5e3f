package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A text that patterns are tried on, in memory that C functions can read, and the place where they leave what groups matched. Made
 * once and set again for every text; used by one thread at a time. What it holds is freed with the object.
 */
public final class PatternText {
    private static final int SMALLEST = 512;
    /** A text longer than this is not kept room for. */
    private static final int LARGEST_KEPT = 256 * 1024;

    private final PosixMatch posix;
    private final PerlMatch perl;
    private Arena arena = Arena.ofAuto();
    private MemorySegment bytes = arena.allocate(SMALLEST);
    private String text = "";
    private Groups groups;
    private long low;
    private long middle;
    private long high;
    private long top;

    /** Where a library puts what groups matched: offsets of the first byte and of the one after the last, -1 for none. */
    interface Groups {
        long start(int group);

        long end(int group);
    }

    /**
     * Makes room.
     *
     * @param groups the greatest number of groups that a pattern has
     */
    public PatternText(int groups) {
        this.posix = new PosixMatch(groups);
        this.perl = new PerlMatch(groups);
        this.groups = posix;
    }

    /** Takes another text. */
    public void set(String another) {
        byte[] plain = another.getBytes(StandardCharsets.ISO_8859_1);
        if (plain.length >= bytes.byteSize() || bytes.byteSize() > LARGEST_KEPT) {
            arena = Arena.ofAuto();
            bytes = arena.allocate(Math.max(SMALLEST, plain.length + 1L));
        }
        MemorySegment.copy(plain, 0, bytes, ValueLayout.JAVA_BYTE, 0, plain.length);
        bytes.set(ValueLayout.JAVA_BYTE, plain.length, (byte) 0);
        text = another;
        note(plain);
    }

    private void note(byte[] plain) {
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (byte one : plain) {
            long bit = 1L << one;
            if (one >= 0) {
                if (one < 64) {
                    a |= bit;
                } else {
                    b |= bit;
                }
            } else if (one < -64) {
                c |= bit;
            } else {
                d |= bit;
            }
        }
        low = a;
        middle = b;
        high = c;
        top = d;
    }

    /** True when one of the bytes in this set of 256 bits occurs in the text. */
    boolean hasOneOf(long zero, long one, long two, long three) {
        return ((low & zero) | (middle & one) | (high & two) | (top & three)) != 0;
    }

    /** Whether the text begins so, in any case. */
    boolean startsWith(String start) {
        return text.regionMatches(true, 0, start, 0, start.length());
    }

    int length() {
        return text.length();
    }

    long address() {
        return bytes.address();
    }

    PosixMatch posix() {
        groups = posix;
        return posix;
    }

    PerlMatch perl() {
        groups = perl;
        return perl;
    }

    /** What this group matched last time; empty when it took no part. */
    public String group(int number) {
        long start = groups.start(number);
        return start < 0 ? "" : text.substring((int) start, (int) groups.end(number));
    }
}
