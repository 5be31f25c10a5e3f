package org.postrider.common.lookup;

import java.util.Optional;
import java.util.function.BiConsumer;

/** A Berkeley DB btree, sorted by the bytes of the keys. Leaves hold keys and values in turn. */
final class BerkeleyTree extends BerkeleyPages {
    private static final int DEEPEST = 32;
    private static final int OVERFLOW_KEY = 3;

    private final long root;

    BerkeleyTree(MappedFile file) {
        super(file);
        this.root = file.four(88);
    }

    @Override
    Optional<byte[]> find(byte[] bytes) {
        SearchKey key = new SearchKey(bytes);
        long leaf = leaf(key);
        int low = 0;
        int high = count(leaf) / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compareOnLeaf(key, item(leaf, 2 * middle)) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Several values of one key stand one after the other, each with the key; deleted ones may be among them.
        for (int i = low; i < count(leaf) / 2 && compareOnLeaf(key, item(leaf, 2 * i)) == 0; i++) {
            long value = item(leaf, 2 * i + 1);
            if (!isDeleted(value)) {
                return Optional.of(treeItem(value));
            }
        }
        return Optional.empty();
    }

    private long leaf(SearchKey key) {
        long page = page(root);
        for (int depth = 0; depth < DEEPEST; depth++) {
            if (type(page) == LEAF_OF_TREE) {
                return page;
            }
            if (type(page) != INNER_OF_TREE || count(page) == 0) {
                throw new DamagedIndexException("page of a tree");
            }
            // The first key of an inner page stands for everything that is less than the second.
            int low = 1;
            int high = count(page);
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compareInner(key, item(page, middle)) >= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            page = page(file.four(item(page, low - 1) + 4));
        }
        throw new DamagedIndexException("tree too deep");
    }

    private int compareInner(SearchKey key, long item) {
        if ((file.one(item + 2) & 0x7f) == OVERFLOW_KEY) {
            long overflow = item + 12;
            return key.compare(overflow(file.four(overflow + 4), file.four(overflow + 8)));
        }
        return file.compare(key, item + 12, file.two(item));
    }

    private int compareOnLeaf(SearchKey key, long item) {
        if ((file.one(item + 2) & 0x7f) == OVERFLOW_KEY) {
            return key.compare(overflow(file.four(item + 4), file.four(item + 8)));
        }
        return file.compare(key, item + 3, file.two(item));
    }

    @Override
    void forEach(BiConsumer<byte[], byte[]> entry) {
        long number = leaf(new SearchKey()) / pageSize;
        for (long seen = 0; number != 0; seen++) {
            long page = page(number);
            if (seen >= pages || type(page) != LEAF_OF_TREE) {
                throw new DamagedIndexException("chain of leaves");
            }
            for (int i = 0; i + 1 < count(page); i += 2) {
                long value = item(page, i + 1);
                boolean again = i > 0 && offset(page, i) == offset(page, i - 2);
                if (!isDeleted(value) && !again) {
                    entry.accept(treeItem(item(page, i)), treeItem(value));
                }
            }
            number = next(page);
        }
    }
}
