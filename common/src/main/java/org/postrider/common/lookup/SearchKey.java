package org.postrider.common.lookup;

import java.util.Arrays;

/**
 * The bytes of a key, and the same as numbers of eight bytes, the first byte being the highest: compared without sign, they stand in
 * the order of the bytes.
 */
final class SearchKey {
    private static final byte[] NO_BYTES = {};
    private static final long[] NO_WORDS = {};

    private byte[] bytes;
    private int length;
    private long[] words;

    /** No bytes, until it becomes others. */
    SearchKey() {
        bytes = NO_BYTES;
        words = NO_WORDS;
    }

    SearchKey(byte[] bytes) {
        this();
        become(bytes, bytes.length);
    }

    /** From now on these bytes, so many of them; they must not change meanwhile. For one thread. */
    void become(byte[] others, int size) {
        bytes = others;
        length = size;
        int whole = size >> 3;
        if (words.length < whole) {
            words = new long[whole];
        }
        for (int i = 0; i < whole; i++) {
            long word = 0;
            for (int at = i << 3; at < (i << 3) + 8; at++) {
                word = word << 8 | (others[at] & 0xff);
            }
            words[i] = word;
        }
    }

    int length() {
        return length;
    }

    /** A byte without sign. */
    int one(int at) {
        return bytes[at] & 0xff;
    }

    /** Eight bytes from eight times this on, as long as they are all there. */
    long word(int number) {
        return words[number];
    }

    /** How these bytes compare with others: without sign, then the shorter first. */
    int compare(byte[] others) {
        return Arrays.compareUnsigned(bytes, 0, length, others, 0, others.length);
    }
}
