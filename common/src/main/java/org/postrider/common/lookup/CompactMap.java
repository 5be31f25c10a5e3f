package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values in one array of bytes, found by hash: about ten bytes more than the text itself, so that a table of a million
 * addresses fits into a small heap. Filled by one thread; when it is {@link #finished} any number may read.
 */
final class CompactMap {
    private static final int LARGEST = Integer.MAX_VALUE - 64;
    /** Entries that are fetched together. */
    private static final int AT_A_TIME = 1000;

    /** For each entry: length of the key, length of the value (four bytes each, high byte first), key, value. */
    private byte[] pool;
    private int used = 1;
    /**
     * While it is filled: the hash of an entry in the upper half, where it begins in the lower; 0 for a free slot. The length is a power of
     * two. With the hash at hand most other entries need not be looked at, which in a large pool is the most of the work.
     */
    private long[] hashed = new long[64];
    /** The same when it is finished, without hashes: they take as much memory again. */
    private int[] slots = {};
    private int count;
    /** Whether the pool has entries in whose place others came. */
    private boolean replaced;

    CompactMap() {
        this(1024);
    }

    /** @param bytes how much there is room for before the map has to grow */
    CompactMap(int bytes) {
        pool = new byte[bytes];
    }

    /** Takes an entry. */
    interface Sink {
        void entry(byte[] key, byte[] value) throws IOException;
    }

    /** Adds an entry; false, and nothing is done, when the key is there already. */
    boolean put(String key, String value) {
        return put(key, value, false);
    }

    /**
     * Adds an entry.
     *
     * @param replace in place of what the key has
     * @return false, and nothing is done, when the key has a value that is to stay
     */
    boolean put(String key, String value, boolean replace) {
        byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
        int hash = hash(name);
        int slot = slotOf(name, hash);
        boolean known = hashed[slot] != 0;
        if (known && !replace) {
            return false;
        }
        replaced |= known;
        byte[] text = value.getBytes(StandardCharsets.ISO_8859_1);
        int start = used;
        reserve(8L + name.length + text.length);
        number(name.length);
        number(text.length);
        bytes(name);
        bytes(text);
        hashed[slot] = (long) hash << 32 | start;
        count += known ? 0 : 1;
        if (count * 2L > hashed.length) {
            grow();
        }
        return true;
    }

    /** Gives back what was needed for growth: there will be no more entries. */
    CompactMap finished() {
        pool = Arrays.copyOf(pool, used);
        slots = new int[hashed.length];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = (int) hashed[i];
        }
        hashed = new long[0];
        return this;
    }

    /** What a key has when the map is finished. */
    @Nullable
    String get(String key) {
        byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
        int slot = hash(name) & slots.length - 1;
        while (slots[slot] != 0 && !isAt(slots[slot], name)) {
            slot = slot + 1 & slots.length - 1;
        }
        int start = slots[slot];
        if (start == 0) {
            return null;
        }
        return new String(pool, start + 8 + numberAt(start), numberAt(start + 4), StandardCharsets.ISO_8859_1);
    }

    int size() {
        return count;
    }

    /** True when the map need not grow for this entry. */
    boolean hasRoomFor(String key, String value) {
        return used + 8L + key.length() + value.length() <= pool.length;
    }

    /** Hands on all entries of a map that is not finished, sorted by the bytes of their keys, without sign. */
    void forEachSorted(Sink sink) throws IOException {
        int[] starts = starts();
        new KeySort(pool, starts).sort();
        // Sorted, they lie anywhere in the pool: the next ones are fetched while the last ones are stored.
        try (ExecutorService ahead = Executors.newSingleThreadExecutor()) {
            Future<byte[][]> next = ahead.submit(() -> copies(starts, 0));
            for (int at = 0; at < starts.length; at += AT_A_TIME) {
                byte[][] copies = Aside.await(next);
                int after = at + AT_A_TIME;
                next = ahead.submit(() -> copies(starts, after));
                for (int i = 0; i < copies.length; i += 2) {
                    sink.entry(copies[i], copies[i + 1]);
                }
            }
        }
    }

    /** Keys and values of the next entries, in turns. */
    private byte[][] copies(int[] starts, int from) {
        int number = Math.clamp(starts.length - from, 0, AT_A_TIME);
        byte[][] copies = new byte[2 * number][];
        for (int i = 0; i < number; i++) {
            int start = starts[from + i];
            int value = start + 8 + numberAt(start);
            copies[2 * i] = Arrays.copyOfRange(pool, start + 8, value);
            copies[2 * i + 1] = Arrays.copyOfRange(pool, value, value + numberAt(start + 4));
        }
        return copies;
    }

    /** Where the entries begin, if possible in the order of the pool: then reading them is cheap. */
    private int[] starts() {
        if (replaced) {
            return Arrays.stream(hashed).filter(entry -> entry != 0).mapToInt(entry -> (int) entry).toArray();
        }
        int[] starts = new int[count];
        int start = 1;
        for (int i = 0; i < count; i++) {
            starts[i] = start;
            start += 8 + numberAt(start) + numberAt(start + 4);
        }
        return starts;
    }

    private int slotOf(byte[] key, int hash) {
        int slot = hash & hashed.length - 1;
        while (hashed[slot] != 0 && !((int) (hashed[slot] >> 32) == hash && isAt((int) hashed[slot], key))) {
            slot = slot + 1 & hashed.length - 1;
        }
        return slot;
    }

    private static int hash(byte[] key) {
        int product = Arrays.hashCode(key) * 0x9E3779B9;
        return product ^ product >>> 15;
    }

    private boolean isAt(int start, byte[] key) {
        int length = numberAt(start);
        return length == key.length && Arrays.equals(pool, start + 8, start + 8 + length, key, 0, length);
    }

    private void grow() {
        long[] old = hashed;
        hashed = new long[old.length * 2];
        for (long entry : old) {
            if (entry != 0) {
                int slot = (int) (entry >> 32) & hashed.length - 1;
                while (hashed[slot] != 0) {
                    slot = slot + 1 & hashed.length - 1;
                }
                hashed[slot] = entry;
            }
        }
    }

    private void reserve(long bytes) {
        long wanted = used + bytes;
        if (wanted > LARGEST) {
            throw new TableException("table is too large");
        }
        if (wanted > pool.length) {
            pool = Arrays.copyOf(pool, (int) Math.min(LARGEST, Math.max(wanted, pool.length + (pool.length >> 1))));
        }
    }

    private void number(int value) {
        pool[used++] = (byte) (value >> 24);
        pool[used++] = (byte) (value >> 16);
        pool[used++] = (byte) (value >> 8);
        pool[used++] = (byte) value;
    }

    private void bytes(byte[] text) {
        System.arraycopy(text, 0, pool, used, text.length);
        used += text.length;
    }

    private int numberAt(int at) {
        return numberAt(pool, at);
    }

    /** The length of the key is the first thing in an entry. */
    static int numberAt(byte[] pool, int at) {
        return (pool[at] << 24) | ((pool[at + 1] & 0xff) << 16) | ((pool[at + 2] & 0xff) << 8) | (pool[at + 3] & 0xff);
    }
}
