package org.postrider.common.lookup;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The pages of a Berkeley DB file. Page 0 describes the file; every page has a header of 26 bytes and then the places of its items,
 * which fill the page from its end. Long items are chains of overflow pages; where a key has several values, the first one counts.
 */
abstract class BerkeleyPages {
    static final int LEAF_OF_TREE = 5;
    static final int OVERFLOW_PAGE = 7;
    static final int INNER_OF_TREE = 3;
    static final int HASH_UNSORTED = 2;
    static final int HASH_SORTED = 13;

    private static final long HASH_MAGIC = 0x061561;
    private static final long TREE_MAGIC = 0x053162;
    private static final int HEADER = 26;
    private static final int DEEPEST = 32;
    /** Pages of trees that hold the values of one key: in no order, found by number, or sorted. */
    private static final int INNER_OF_NUMBERED = 4;
    private static final int LEAF_OF_NUMBERED = 6;
    private static final int LEAF_OF_SORTED = 12;

    /** Kinds of items in a leaf of a tree; the highest bit says that the item is deleted. */
    private static final int TREE_ITEM = 1;
    private static final int TREE_DUPLICATES = 2;
    private static final int TREE_OVERFLOW = 3;
    private static final int DELETED = 0x80;

    final MappedFile file;
    final long pageSize;
    final long pages;

    BerkeleyPages(MappedFile file) {
        this.file = file;
        this.pageSize = file.four(20);
        this.pages = pageSize == 0 ? 0 : file.size() / pageSize;
        boolean sensible = pageSize >= 512 && pageSize <= 65536 && Long.bitCount(pageSize) == 1;
        boolean plain = file.one(24) == 0 && file.one(26) == 0;
        if (!sensible || !plain) {
            throw new DamagedIndexException("page size, encryption or checksums");
        }
    }

    static boolean isKnown(MappedFile file) {
        return file.four(12) == HASH_MAGIC || file.four(12) == TREE_MAGIC;
    }

    static BerkeleyPages of(MappedFile file) {
        long magic = file.four(12);
        long version = file.four(16);
        if (magic == HASH_MAGIC && version >= 6 && version <= 10) {
            return new BerkeleyHash(file);
        }
        if (magic == TREE_MAGIC && version >= 7 && version <= 10) {
            return new BerkeleyTree(file);
        }
        throw new DamagedIndexException("no hash or btree file");
    }

    /** The value of this key. */
    abstract Optional<byte[]> find(byte[] key);

    abstract void forEach(BiConsumer<byte[], byte[]> entry);

    /** Where a page begins. */
    final long page(long number) {
        if (number < 1 || number >= pages) {
            throw new DamagedIndexException("page number");
        }
        return number * pageSize;
    }

    final int type(long page) {
        return file.one(page + 25);
    }

    final long next(long page) {
        return file.four(page + 16);
    }

    final int count(long page) {
        int count = file.two(page + 20);
        if (HEADER + 2L * count > pageSize) {
            throw new DamagedIndexException("number of items");
        }
        return count;
    }

    /** Where an item begins within its page. */
    final int offset(long page, int index) {
        int offset = file.two(page + HEADER + 2L * index);
        if (offset < HEADER || offset >= pageSize) {
            throw new DamagedIndexException("place of an item");
        }
        return offset;
    }

    final long item(long page, int index) {
        return page + offset(page, index);
    }

    /** What a chain of overflow pages holds. */
    final byte[] overflow(long first, long length) {
        if (length > Math.min(file.size(), MappedFile.LONGEST)) {
            throw new DamagedIndexException("length of a long item");
        }
        byte[] all = new byte[(int) length];
        int filled = 0;
        long number = first;
        while (filled < all.length) {
            long page = page(number);
            int part = file.two(page + 22);
            if (type(page) != OVERFLOW_PAGE || part == 0 || part > all.length - filled || HEADER + part > pageSize) {
                throw new DamagedIndexException("overflow page");
            }
            file.copy(page + HEADER, all, filled, part);
            filled += part;
            number = next(page);
        }
        return all;
    }

    /** What an item of a leaf of a tree holds. */
    final byte[] treeItem(long item) {
        return switch (file.one(item + 2)) {
            case TREE_ITEM -> file.copy(item + 3, file.two(item));
            case TREE_OVERFLOW -> overflow(file.four(item + 4), file.four(item + 8));
            case TREE_DUPLICATES -> firstDuplicate(file.four(item + 4));
            default -> throw new DamagedIndexException("kind of an item");
        };
    }

    final boolean isDeleted(long item) {
        return (file.one(item + 2) & DELETED) != 0;
    }

    /** The first of several values, which are the leaves of a tree of their own. */
    final byte[] firstDuplicate(long root) {
        long page = page(root);
        for (int depth = 0; depth < DEEPEST; depth++) {
            int type = type(page);
            if (type == LEAF_OF_SORTED || type == LEAF_OF_NUMBERED) {
                return firstOn(page);
            }
            if ((type != INNER_OF_TREE && type != INNER_OF_NUMBERED) || count(page) == 0) {
                throw new DamagedIndexException("duplicates");
            }
            page = page(file.four(item(page, 0) + (type == INNER_OF_NUMBERED ? 0 : 4)));
        }
        throw new DamagedIndexException("duplicates too deep");
    }

    private byte[] firstOn(long page) {
        int count = count(page);
        for (int i = 0; i < count; i++) {
            long item = item(page, i);
            if (!isDeleted(item) && file.one(item + 2) != TREE_DUPLICATES) {
                return treeItem(item);
            }
        }
        throw new DamagedIndexException("no duplicates");
    }
}
