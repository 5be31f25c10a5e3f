package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values in one array of bytes, found by hash: about ten bytes more than the text itself, so that a table of a million
 * addresses fits into a small heap. Filled by one thread; then any number may read.
 */
final class CompactMap {
    private static final int LARGEST = Integer.MAX_VALUE - 64;

    /** For each entry: length of the key, length of the value (four bytes each, high byte first), key, value. */
    private byte[] pool;
    private int used = 1;
    /** Where entries begin; 0 for a free slot. The length is a power of two. */
    private int[] slots = new int[64];
    private int count;

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
        int slot = slotOf(name);
        boolean known = slots[slot] != 0;
        if (known && !replace) {
            return false;
        }
        byte[] text = value.getBytes(StandardCharsets.ISO_8859_1);
        int start = used;
        reserve(8L + name.length + text.length);
        number(name.length);
        number(text.length);
        bytes(name);
        bytes(text);
        slots[slot] = start;
        count += known ? 0 : 1;
        if (count * 2L > slots.length) {
            grow();
        }
        return true;
    }

    /** Gives back what was reserved for growth. */
    CompactMap finished() {
        pool = Arrays.copyOf(pool, used);
        return this;
    }

    @Nullable
    String get(String key) {
        int start = slots[slotOf(key.getBytes(StandardCharsets.ISO_8859_1))];
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

    /** Hands on all entries, sorted by the bytes of their keys, without sign. */
    void forEachSorted(Sink sink) throws IOException {
        int[] starts = Arrays.stream(slots).filter(start -> start != 0).toArray();
        new KeySort(pool, starts).sort();
        for (int start : starts) {
            int value = start + 8 + numberAt(pool, start);
            sink.entry(Arrays.copyOfRange(pool, start + 8, value),
                    Arrays.copyOfRange(pool, value, value + numberAt(pool, start + 4)));
        }
    }

    private int slotOf(byte[] key) {
        int slot = mixed(Arrays.hashCode(key)) & slots.length - 1;
        while (slots[slot] != 0 && !isAt(slots[slot], key)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private static int mixed(int hash) {
        int product = hash * 0x9E3779B9;
        return product ^ product >>> 15;
    }

    private boolean isAt(int start, byte[] key) {
        int length = numberAt(start);
        return length == key.length && Arrays.equals(pool, start + 8, start + 8 + length, key, 0, length);
    }

    private void grow() {
        int[] old = slots;
        slots = new int[old.length * 2];
        for (int start : old) {
            if (start != 0) {
                byte[] key = Arrays.copyOfRange(pool, start + 8, start + 8 + numberAt(start));
                slots[slotOf(key)] = start;
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
