package org.postrider.common.lookup;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an LMDB file (data version 1, as of liblmdb 0.9) through a mapping of its pages, without the library and without locks
 * (docs/adr/0015). Two meta pages take turns: the one with the higher transaction number says where the tree begins. A writer that
 * keeps no list of readers leaves alone whatever the last two committed states need, so an answer counts when, after it was read,
 * at most one more transaction has been committed; otherwise it is asked for again.
 */
public final class LmdbContents implements IndexContents {
    private static final long MAGIC = 0xBEEFC0DEL;
    private static final long DATA_VERSION = 1;
    private static final int HEADER = 16;
    private static final int META_SIZE = 152;
    /** Where a meta page has the number of the transaction and the root of the tree, after the header. */
    private static final int TRANSACTION = 128;
    private static final int ROOT = 112;
    private static final int BRANCH = 0x01;
    private static final int LEAF = 0x02;
    private static final int META = 0x08;
    private static final int OVERFLOW = 0x04;
    private static final int FIXED_SIZE_LEAF = 0x20;
    private static final int BIG_VALUE = 0x01;
    private static final int DUPLICATES_OR_TABLE = 0x06;
    private static final long NO_PAGE = -1;
    private static final long NO_NODE = -1;
    private static final int DEEPEST = 32;
    private static final int ATTEMPTS = 16;

    /** Closed with this object, else by the collector. */
    private final OpenedFile opened;
    private final boolean fold;
    private final long pageSize;
    private volatile Reading reading;

    private LmdbContents(OpenedFile opened, boolean fold, Reading reading) {
        this.opened = opened;
        this.fold = fold;
        this.pageSize = reading.pageSize;
        this.reading = reading;
    }

    /**
     * Opens a file; it stays open as long as this object is in use.
     *
     * @param fold look keys up in lower case
     */
    public static LmdbContents open(Path path, boolean fold) throws IOException {
        return open(new TableFiles(InstantSource.system()), path, fold);
    }

    static LmdbContents open(TableFiles files, Path path, boolean fold) throws IOException {
        OpenedFile file = files.open(path);
        try {
            return new LmdbContents(file, fold, read(MappedFile.of(file.channel(), ByteOrder.LITTLE_ENDIAN)));
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            file.close();
            throw new IOException("MDB_INVALID: File is not an LMDB file", e);
        }
    }

    @Override
    public LookupResult find(String key) {
        byte[] name = KeyFolding.bytes(key, fold);
        if (name.length == 0) {
            return LookupResult.NOT_FOUND;
        }
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                LookupResult answer = attempt(now -> now.find(name));
                if (answer != null) {
                    return answer;
                }
            }
            return new LookupResult.Unavailable("lmdb file changes too fast");
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError _) {
            return new LookupResult.Unavailable("lmdb file is damaged");
        } catch (IOException e) {
            return new LookupResult.Unavailable("lmdb file: " + FileTable.words(e));
        }
    }

    @Override
    public void find(KeyBlock block) {
        SearchKey form = new SearchKey();
        try {
            while (block.hasMore() && block.isPlain()) {
                Reading now = reading;
                if (newest(now.file) != now.transaction) {
                    return;
                }
                byte[] name = block.name(fold);
                long node = now.node(name, block.nameLength(), form);
                if (node != NO_NODE) {
                    block.found(now.file, now.valuePlace(node), now.valueLength(node));
                }
                if (!isIntact(now)) {
                    return;
                }
                block.next();
            }
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError _) {
            // Asked for alone, the key gets the answer that this calls for: the file may have grown meanwhile.
        }
    }

    /**
     * Whether keys are stored with a NUL at their end, as far as the first one tells; empty when there is none.
     *
     * @throws IOException when the file is damaged
     */
    public Optional<Boolean> hasKeysWithEnd() throws IOException {
        try {
            return reading.root == NO_PAGE ? Optional.empty() : Optional.of(reading.hasKeysWithEnd());
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            throw new IOException("lmdb file is damaged", e);
        }
    }

    /** The first entry behind this key, which need not be there, in the order of the file; empty at its end. */
    Optional<Map.Entry<String, String>> after(String key) throws IOException {
        SearchKey name = new SearchKey(MappedFile.bytes(key + "\0"));
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                Optional<Map.Entry<String, String>> answer = attempt(now -> now.after(name));
                if (answer != null) {
                    return answer;
                }
            }
            throw new IOException("lmdb file changes too fast");
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            throw new IOException("lmdb file is damaged", e);
        }
    }

    /** Null when a writer was faster, or the file has grown. */
    private <T> @Nullable T attempt(Function<Reading, T> question) throws IOException {
        Reading now = reading;
        if (newest(now.file) != now.transaction) {
            now = read(now.file);
            reading = now;
        }
        try {
            T answer = question.apply(now);
            return isIntact(now) ? answer : null;
        } catch (DamagedIndexException | IndexOutOfBoundsException e) {
            if (isIntact(now) && opened.channel().size() <= now.file.size()) {
                throw e;
            }
            reading = read(MappedFile.of(opened.channel(), ByteOrder.LITTLE_ENDIAN));
            return null;
        }
    }

    private boolean isIntact(Reading reading) {
        VarHandle.acquireFence();
        return newest(reading.file) <= reading.transaction + 1;
    }

    @Override
    public void close() {
        opened.closeQuietly();
    }

    @Override
    public void release() {
        reading.file.release();
    }

    /** The number of the last transaction. */
    private long newest(MappedFile file) {
        return Math.max(file.eight(HEADER + TRANSACTION), file.eight(pageSize + HEADER + TRANSACTION));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Waits for a writer that begins, and holds off the next; for commands, on a platform thread.
     */
    @Override
    public void forEach(BiConsumer<String, String> entry) throws IOException {
        try (FileLock _ = opened.channel().lock(0, Long.MAX_VALUE, true)) {
            read(MappedFile.of(opened.channel(), ByteOrder.LITTLE_ENDIAN)).forEach(entry);
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            throw new IOException("lmdb file is damaged", e);
        }
    }

    /** The last committed state. */
    private static Reading read(MappedFile file) {
        long size = pageSize(file, 0);
        if (pageSize(file, size) != size) {
            throw new DamagedIndexException("two page sizes");
        }
        boolean second = file.eight(size + HEADER + TRANSACTION) > file.eight(HEADER + TRANSACTION);
        long meta = HEADER + (second ? size : 0);
        return new Reading(file, file.eight(meta + TRANSACTION), size, file.eight(meta + ROOT));
    }

    private static long pageSize(MappedFile file, long page) {
        if (file.size() < page + META_SIZE || (file.two(page + 10) & META) == 0 || file.four(page + HEADER) != MAGIC
                || (file.four(page + HEADER + 4) & 0xff) != DATA_VERSION) {
            throw new DamagedIndexException("no meta page");
        }
        long size = file.four(page + HEADER + 24);
        if (size < 512 || size > 65536 || Long.bitCount(size) != 1) {
            throw new DamagedIndexException("page size " + size);
        }
        return size;
    }

    private static final int UNKNOWN = 0;
    private static final int YES = 1;
    private static final int NO = 2;

    /** Reads one committed state: what it is called, how large its pages are, and where its tree begins. */
    private static final class Reading {
        private final MappedFile file;
        private final long transaction;
        private final long pageSize;
        private final long root;
        private final long pages;
        /** Found out when it is asked for; all who do so find the same. */
        private int withEnd = UNKNOWN;

        Reading(MappedFile file, long transaction, long pageSize, long root) {
            this.file = file;
            this.transaction = transaction;
            this.pageSize = pageSize;
            this.root = root;
            this.pages = file.size() / pageSize;
        }

        LookupResult find(byte[] key) {
            long node = node(Arrays.copyOf(key, key.length + 1), key.length, new SearchKey());
            return node == NO_NODE ? LookupResult.NOT_FOUND : value(node);
        }

        /**
         * Where the node with this key is, or {@link #NO_NODE}.
         *
         * @param name the key and a NUL
         * @param length of the key without it
         * @param form becomes the key as it is likely to be stored, then as it may be, too
         */
        long node(byte[] name, int length, SearchKey form) {
            if (root == NO_PAGE) {
                return NO_NODE;
            }
            boolean ends = hasKeysWithEnd();
            form.become(name, ends ? length + 1 : length);
            long leaf = leaf(form);
            int place = place(leaf, form);
            if (place < 0) {
                // The other form of the key may be there, too; nothing can stand between the two.
                form.become(name, ends ? length : length + 1);
                int neighbour = ends ? -place - 2 : -place - 1;
                if (neighbour < 0 || neighbour == count(leaf)) {
                    leaf = leaf(form);
                    place = place(leaf, form);
                } else if (compare(form, node(leaf, neighbour)) == 0) {
                    place = neighbour;
                }
            }
            return place < 0 ? NO_NODE : node(leaf, place);
        }

        /** Whether keys end with a NUL, as far as the first one tells. */
        boolean hasKeysWithEnd() {
            int known = withEnd;
            if (known == UNKNOWN) {
                long first = node(leaf(new SearchKey()), 0);
                int length = file.two(first + 6);
                known = length > 0 && file.one(first + 7 + length) == 0 ? YES : NO;
                withEnd = known;
            }
            return known == YES;
        }

        private int compare(SearchKey key, long node) {
            return file.compare(key, node + 8, file.two(node + 6));
        }

        private LookupResult value(long node) {
            return new LookupResult.Found(MappedFile.text(data(node)));
        }

        private long leaf(SearchKey key) {
            long page = page(root);
            for (int depth = 0; depth < DEEPEST; depth++) {
                if (isLeaf(page)) {
                    return page;
                }
                page = page(child(node(page, branch(page, key))));
            }
            throw new DamagedIndexException("tree too deep");
        }

        /** Which of the nodes of a branch page leads to this key. The first one stands for everything that is less than the second. */
        private int branch(long page, SearchKey key) {
            int found = search(page, 1, key);
            return found < 0 ? -found - 2 : found;
        }

        /** The node with this key on a leaf; else -(n + 1), n being the first one with a greater key, or the number of nodes. */
        private int place(long leaf, SearchKey key) {
            return search(leaf, 0, key);
        }

        /** The same among the nodes of any page from one on. Reads the buffer itself: most of the time of a lookup goes here. */
        private int search(long page, int from, SearchKey key) {
            MappedByteBuffer part = file.part(page);
            int start = MappedFile.place(page);
            int low = from;
            int high = count(page);
            while (low < high) {
                int middle = (low + high) >>> 1;
                int node = start + checked(part.getShort(start + HEADER + 2 * middle) & 0xffff);
                int order = MappedFile.compare(key, part, node + 8, part.getShort(node + 6) & 0xffff);
                if (order == 0) {
                    return middle;
                }
                if (order > 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return -low - 1;
        }

        private long page(long number) {
            if (number < 2 || number >= pages) {
                throw new IndexOutOfBoundsException("page");
            }
            return number * pageSize;
        }

        private boolean isLeaf(long page) {
            int flags = file.two(page + 10);
            if ((flags & FIXED_SIZE_LEAF) != 0 || (flags & (LEAF | BRANCH)) == 0) {
                throw new DamagedIndexException("no page of a tree");
            }
            return (flags & LEAF) != 0;
        }

        private int count(long page) {
            int count = (file.two(page + 12) - HEADER) >> 1;
            if (count < 1 || HEADER + 2L * count > pageSize) {
                throw new DamagedIndexException("number of keys");
            }
            return count;
        }

        private long node(long page, int index) {
            return page + checked(file.two(page + HEADER + 2L * index));
        }

        private int checked(int offset) {
            if (offset < HEADER || offset + 8L > pageSize) {
                throw new DamagedIndexException("place of a key");
            }
            return offset;
        }

        private long child(long node) {
            return file.four(node) | (long) file.two(node + 4) << 32;
        }

        private byte[] data(long node) {
            return file.copy(valuePlace(node), valueLength(node));
        }

        long valueLength(long node) {
            return file.four(node);
        }

        /** Where the value begins: behind the key, or on pages of its own. */
        long valuePlace(long node) {
            int flags = file.two(node + 4);
            if ((flags & DUPLICATES_OR_TABLE) != 0) {
                throw new DamagedIndexException("not a plain value");
            }
            long start = node + 8 + file.two(node + 6);
            if ((flags & BIG_VALUE) == 0) {
                return start;
            }
            long page = page(file.eight(start));
            if ((file.two(page + 10) & OVERFLOW) == 0) {
                throw new DamagedIndexException("no overflow page");
            }
            return page + HEADER;
        }

        Optional<Map.Entry<String, String>> after(SearchKey key) {
            if (root == NO_PAGE) {
                return Optional.empty();
            }
            long node = above(page(root), key, 0);
            return node == NO_NODE
                    ? Optional.empty()
                    : Optional.of(Map.entry(MappedFile.text(file.copy(node + 8, file.two(node + 6))),
                            MappedFile.text(data(node))));
        }

        /** The first node below this page with a greater key, or {@link #NO_NODE}. */
        private long above(long page, SearchKey key, int depth) {
            if (depth >= DEEPEST) {
                throw new DamagedIndexException("tree too deep");
            }
            int count = count(page);
            if (isLeaf(page)) {
                int place = place(page, key);
                int next = place < 0 ? -place - 1 : place + 1;
                return next < count ? node(page, next) : NO_NODE;
            }
            int branch = branch(page, key);
            long found = above(page(child(node(page, branch))), key, depth + 1);
            // All that stands below the next branch is greater.
            return found == NO_NODE && branch + 1 < count ? first(page(child(node(page, branch + 1)))) : found;
        }

        private long first(long top) {
            long page = top;
            for (int depth = 0; depth < DEEPEST; depth++) {
                if (isLeaf(page)) {
                    return node(page, 0);
                }
                page = page(child(node(page, 0)));
            }
            throw new DamagedIndexException("tree too deep");
        }

        void forEach(BiConsumer<String, String> entry) {
            if (root != NO_PAGE) {
                long _ = walk(page(root), 0, pages, entry);
            }
        }

        /** Walks through a branch or leaf; returns how many more pages may be looked at, so that no circle is endless. */
        private long walk(long page, int depth, long allowed, BiConsumer<String, String> entry) {
            if (depth >= DEEPEST || allowed <= 0) {
                throw new DamagedIndexException("tree too deep");
            }
            long left = allowed - 1;
            boolean leaf = isLeaf(page);
            int count = count(page);
            for (int i = 0; i < count; i++) {
                long node = node(page, i);
                if (leaf) {
                    entry.accept(MappedFile.text(file.copy(node + 8, file.two(node + 6))), MappedFile.text(data(node)));
                } else {
                    left = walk(page(child(node)), depth + 1, left, entry);
                }
            }
            return left;
        }
    }
}
