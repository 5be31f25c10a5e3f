package org.postrider.common.lookup;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sorts entries of a {@link CompactMap} by the bytes of their keys, without sign, then the shorter first. A quicksort in three parts
 * that looks at eight bytes of the keys at a time: what has those in common is sorted by the next eight. Large parts go to other
 * processors.
 */
final class KeySort {
    /** So few are sorted by comparing whole keys. */
    private static final int FEW = 12;
    /** Bytes; keys that have so many in common differ, if at all, in NULs at their ends. */
    private static final int DEEPEST = 4096;
    /** So many are worth another thread. */
    private static final int MANY = 20_000;

    private final byte[] pool;
    private final int[] starts;
    /** Of each entry the bytes that are looked at; sorted as with sign. */
    private final long[] words;
    /** Processors that have nothing to do. */
    private final AtomicInteger idle = new AtomicInteger(Runtime.getRuntime().availableProcessors() - 1);
    private final Queue<FutureTask<Boolean>> given = new ConcurrentLinkedQueue<>();

    /** @param starts where entries begin: length of the key, length of the value, key */
    KeySort(byte[] pool, int[] starts) {
        this.pool = pool;
        this.starts = starts;
        this.words = new long[starts.length];
    }

    void sort() {
        sort(0, starts.length, 0);
        try {
            for (FutureTask<Boolean> part = given.poll(); part != null; part = given.poll()) {
                boolean _ = part.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
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
                sortElsewhere(from, low, depth);
                from = high;
            } else {
                sortElsewhere(high, to, depth);
                to = low;
            }
        }
        sortFew(from, to);
    }

    /** The same, by another thread if there is a processor for it; {@link #sort()} waits for that. */
    private void sortElsewhere(int from, int to, int depth) {
        if (to - from < MANY || idle.getAndUpdate(number -> Math.max(0, number - 1)) == 0) {
            sortByWords(from, to, depth);
            return;
        }
        FutureTask<Boolean> part = new FutureTask<>(() -> {
            sortByWords(from, to, depth);
            return idle.incrementAndGet() > 0;
        });
        given.add(part);
        Thread _ = Thread.ofPlatform().daemon().start(part);
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
