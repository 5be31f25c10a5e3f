package org.postrider.common.lookup;

import java.util.Arrays;

/**
 * The bytes of a key, and the same as numbers of eight bytes, the first byte being the highest: compared without sign, they stand in
 * the order of the bytes.
 */
final class SearchKey {
    static final SearchKey FIRST = new SearchKey(new byte[0]);

    private final byte[] bytes;
    private final long[] words;

    SearchKey(byte[] bytes) {
        this.bytes = bytes;
        this.words = new long[bytes.length >> 3];
        for (int i = 0; i < words.length; i++) {
            long word = 0;
            for (int at = i << 3; at < (i << 3) + 8; at++) {
                word = word << 8 | (bytes[at] & 0xff);
            }
            words[i] = word;
        }
    }

    int length() {
        return bytes.length;
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
        return Arrays.compareUnsigned(bytes, others);
    }
}
