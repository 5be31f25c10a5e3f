package org.postrider.common.lookup;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Berkeley DB hash: buckets are chains of pages that hold keys and values in turn. The number of a bucket's first page follows
 * from a table in page 0 with one entry for every doubling of the file.
 */
final class BerkeleyHash extends BerkeleyPages {
    private static final int PLAIN = 1;
    private static final int SEVERAL_VALUES = 2;
    private static final int LONG_ITEM = 3;
    private static final int LONG_ITEM_LENGTH = 12;
    private static final int TREE_OF_VALUES = 4;
    private static final int SPARES = 96;
    private static final int DOUBLINGS = 32;
    private static final byte[] SAMPLE = {'%', '$', 's', 'n', 'i', 'g', 'l', 'e', 't', '^', '&', 0};

    private final long lastBucket;
    private final long highMask;
    private final long lowMask;

    BerkeleyHash(MappedFile file) {
        super(file);
        this.lastBucket = file.four(72);
        this.highMask = file.four(76);
        this.lowMask = file.four(80);
        // The file says what its function makes of a known word: another function would find nothing.
        if (file.four(92) != (hash(SAMPLE) & 0xffffffffL)) {
            throw new DamagedIndexException("another hash function");
        }
    }

    /** Fowler, Noll and Vo's, as the library has it. */
    private static int hash(byte[] key) {
        int hash = 0;
        for (byte b : key) {
            hash = hash * 16777619 ^ (b & 0xff);
        }
        return hash;
    }

    @Override
    Optional<byte[]> find(byte[] key) {
        long bucket = hash(key) & highMask;
        if (bucket > lastBucket) {
            bucket &= lowMask;
        }
        Search search = new Search(key);
        walk(bucket, search);
        return Optional.ofNullable(search.value);
    }

    /** What to do with a pair, whose key has this length, its kind included; false to stop. */
    private interface Visitor {
        boolean visit(long page, int key, int length);
    }

    private final class Search implements Visitor {
        private final byte[] key;
        private final SearchKey search;
        private byte @Nullable [] value;

        Search(byte[] key) {
            this.key = key;
            this.search = new SearchKey(key);
        }

        @Override
        public boolean visit(long page, int at, int length) {
            // Most keys are passed over by their length alone.
            if (length != key.length + 1 && length != LONG_ITEM_LENGTH) {
                return true;
            }
            long item = item(page, at);
            boolean same = file.one(item) == LONG_ITEM
                    ? file.four(item + 8) == key.length && Arrays.equals(bytes(page, at), key)
                    : length == key.length + 1 && file.compare(search, item + 1, key.length) == 0;
            if (same) {
                value = bytes(page, at + 1);
            }
            return !same;
        }
    }

    private void walk(long bucket, Visitor visitor) {
        long number = firstPage(bucket);
        for (long seen = 0; number != 0; seen++) {
            long page = page(number);
            int type = type(page);
            // A bucket that was never used may be a page of zeros.
            if (type == 0 && count(page) == 0) {
                return;
            }
            if (seen >= pages || (type != HASH_SORTED && type != HASH_UNSORTED)) {
                throw new DamagedIndexException("chain of a bucket");
            }
            int count = count(page);
            int end = (int) pageSize;
            for (int i = 0; i + 1 < count; i += 2) {
                int start = offset(page, i);
                if (!visitor.visit(page, i, checkedLength(start, end))) {
                    return;
                }
                end = offset(page, i + 1);
            }
            number = next(page);
        }
    }

    private long firstPage(long bucket) {
        int doublings = 64 - Long.numberOfLeadingZeros(bucket);
        if (doublings >= DOUBLINGS) {
            throw new DamagedIndexException("bucket");
        }
        return bucket + file.four(SPARES + 4L * doublings);
    }

    /** The length of an item, its kind included: items stand one before the other from the end of the page. */
    private int length(long page, int index) {
        int end = index == 0 ? (int) pageSize : offset(page, index - 1);
        return checkedLength(offset(page, index), end);
    }

    private static int checkedLength(int start, int end) {
        if (end <= start) {
            throw new DamagedIndexException("length of an item");
        }
        return end - start;
    }

    private byte[] bytes(long page, int index) {
        long item = item(page, index);
        return switch (file.one(item)) {
            case PLAIN -> file.copy(item + 1, length(page, index) - 1);
            // Each value stands between two copies of its length.
            case SEVERAL_VALUES -> file.copy(item + 3, file.two(item + 1));
            case LONG_ITEM -> overflow(file.four(item + 4), file.four(item + 8));
            case TREE_OF_VALUES -> firstDuplicate(file.four(item + 4));
            default -> throw new DamagedIndexException("kind of an item");
        };
    }

    @Override
    void forEach(BiConsumer<byte[], byte[]> entry) {
        if (lastBucket >= pages) {
            throw new DamagedIndexException("number of buckets");
        }
        for (long bucket = 0; bucket <= lastBucket; bucket++) {
            walk(bucket, (page, key, _) -> {
                entry.accept(bytes(page, key), bytes(page, key + 1));
                return true;
            });
        }
    }
}
