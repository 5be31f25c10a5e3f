package org.postrider.common.lookup;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Address blocks of one family with the first line that each address belongs to. Blocks either lie inside each other or apart, so the
 * addresses fall into intervals with one answer each; these are what is kept, sorted, and a search halves them: a tree without
 * pointers. Does not change.
 */
final class AddressIntervals {
    /** No block has the address. */
    static final int NONE = -1;

    private final long[] high;
    /** Empty where all are zero, as with IPv4. */
    private final long[] low;
    private final int[] lines;

    /** A block and the number of its line; the smaller number wins. */
    record Entry(AddressBlock block, int line) {}

    private record Range(Bits first, Bits last, int line) {}

    private record Start(Bits at, int line) {}

    /** 128 bits; a shorter address stands at the upper end. */
    private record Bits(long high, long low) implements Comparable<Bits> {
        @Override
        public int compareTo(Bits other) {
            int order = Long.compareUnsigned(high, other.high);
            return order != 0 ? order : Long.compareUnsigned(low, other.low);
        }

        Bits next() {
            return new Bits(low == -1 ? high + 1 : high, low + 1);
        }

        boolean isLast() {
            return high == -1 && low == -1;
        }
    }

    private AddressIntervals(List<Start> starts) {
        high = starts.stream().mapToLong(start -> start.at.high).toArray();
        low = starts.stream().allMatch(start -> start.at.low == 0)
                ? new long[0]
                : starts.stream().mapToLong(start -> start.at.low).toArray();
        lines = starts.stream().mapToInt(start -> start.line).toArray();
    }

    /** @param entries of one family */
    static AddressIntervals of(List<Entry> entries) {
        List<Range> ranges = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            byte[] first = entry.block.address();
            byte[] last = first.clone();
            for (int bit = entry.block.prefix(); bit < last.length * 8; bit++) {
                last[bit / 8] |= (byte) (0x80 >> (bit % 8));
            }
            ranges.add(new Range(bits(first, 0), bits(last, 0xff), entry.line));
        }
        ranges.sort(Comparator.comparing(Range::first).thenComparing(Range::last, Comparator.reverseOrder()));
        return new AddressIntervals(starts(ranges));
    }

    private static List<Start> starts(List<Range> ranges) {
        List<Start> starts = new ArrayList<>();
        Deque<Range> around = new ArrayDeque<>();
        for (Range range : ranges) {
            endBefore(range.first, around, starts);
            Range outer = around.peek();
            int line = outer == null ? range.line : Math.min(outer.line, range.line);
            around.push(new Range(range.first, range.last, line));
            begin(range.first, line, starts);
        }
        while (!around.isEmpty()) {
            end(around, starts);
        }
        return starts;
    }

    private static void endBefore(Bits place, Deque<Range> around, List<Start> starts) {
        Range inner = around.peek();
        while (inner != null && inner.last.compareTo(place) < 0) {
            end(around, starts);
            inner = around.peek();
        }
    }

    private static void end(Deque<Range> around, List<Start> starts) {
        Range ended = around.pop();
        if (!ended.last.isLast()) {
            Range outer = around.peek();
            begin(ended.last.next(), outer == null ? NONE : outer.line, starts);
        }
    }

    private static void begin(Bits at, int line, List<Start> starts) {
        if (!starts.isEmpty() && starts.getLast().at.equals(at)) {
            starts.removeLast();
        }
        if (starts.isEmpty() || starts.getLast().line != line) {
            starts.add(new Start(at, line));
        }
    }

    /** Bits that the family does not have are filled up with this byte. */
    private static Bits bits(byte[] address, int fill) {
        byte[] all = new byte[16];
        Arrays.fill(all, (byte) fill);
        System.arraycopy(address, 0, all, 0, address.length);
        return new Bits(number(all, 0), number(all, 8));
    }

    private static long number(byte[] bytes, int from) {
        long number = 0;
        for (int i = from; i < from + 8; i++) {
            number = number << 8 | (i < bytes.length ? bytes[i] & 0xff : 0);
        }
        return number;
    }

    /** The line for this address, or {@link #NONE}. */
    int find(byte[] address) {
        long upper = number(address, 0);
        long lower = number(address, 8);
        int from = 0;
        int to = lines.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(high[middle], upper);
            if (order < 0 || (order == 0 && (low.length == 0 || Long.compareUnsigned(low[middle], lower) <= 0))) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? NONE : lines[from - 1];
    }
}
