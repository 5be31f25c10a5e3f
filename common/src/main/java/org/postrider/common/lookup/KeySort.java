package org.postrider.common.lookup;

import java.util.Arrays;

/**
 * Sorts entries of a {@link CompactMap} by the bytes of their keys, without sign, then the shorter first. A quicksort in three parts
 * that looks at eight bytes of the keys at a time: what has those in common is sorted by the next eight. For one thread.
 */
final class KeySort {
    /** So few are sorted by comparing whole keys. */
    private static final int FEW = 12;
    /** Bytes; keys that have so many in common differ, if at all, in NULs at their ends. */
    private static final int DEEPEST = 4096;

    private final byte[] pool;
    private final int[] starts;
    /** Of each entry the bytes that are looked at; sorted as with sign. */
    private final long[] words;

    /** @param starts where entries begin: length of the key, length of the value, key */
    KeySort(byte[] pool, int[] starts) {
        this.pool = pool;
        this.starts = starts;
        this.words = new long[starts.length];
    }

    void sort() {
        sort(0, starts.length, 0);
    }

    /** Sorts entries that have so many bytes in common. */
    private void sort(int from, int to, int depth) {
        for (int i = from; i < to; i++) {
            words[i] = word(starts[i], depth);
        }
        sortByWords(from, to, depth);
    }

    private void sortByWords(int first, int last, int depth) {
        int from = first;
        int to = last;
        while (to - from > FEW && depth < DEEPEST) {
            long pivot = middle(from, to);
            int low = from;
            int high = to;
            int at = from;
            while (at < high) {
                if (words[at] < pivot) {
                    swap(low++, at++);
                } else if (words[at] > pivot) {
                    swap(at, --high);
                } else {
                    at++;
                }
            }
            sort(low, high, depth + Long.BYTES);
            // The larger part is sorted here, so that calls nest no deeper than the logarithm of the number.
            if (low - from < to - high) {
                sortByWords(from, low, depth);
                from = high;
            } else {
                sortByWords(high, to, depth);
                to = low;
            }
        }
        sortFew(from, to);
    }

    private long middle(int from, int to) {
        int part = (to - from) / 4;
        long a = words[from + part];
        long b = words[from + 2 * part];
        long c = words[from + 3 * part];
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private void swap(int one, int other) {
        int start = starts[one];
        starts[one] = starts[other];
        starts[other] = start;
        long word = words[one];
        words[one] = words[other];
        words[other] = word;
    }

    private void sortFew(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            for (int at = i; at > from && compare(starts[at - 1], starts[at]) > 0; at--) {
                swap(at - 1, at);
            }
        }
    }

    private int compare(int one, int other) {
        return Arrays.compareUnsigned(pool, one + 8, endOfKey(one), pool, other + 8, endOfKey(other));
    }

    private int endOfKey(int start) {
        return start + 8 + CompactMap.numberAt(pool, start);
    }

    /** Eight bytes of the key; NULs after its end. */
    private long word(int start, int depth) {
        int end = endOfKey(start);
        long word = 0;
        for (int at = start + 8 + depth, shift = 56; shift >= 0 && at < end; at++, shift -= 8) {
            word |= (pool[at] & 0xffL) << shift;
        }
        return word + Long.MIN_VALUE;
    }
}
