package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Reads D. J. Bernstein's constant database (https://cr.yp.to/cdb/cdb.txt), as tinycdb and Postfix write it: 256 pointers to hash
 * tables, records, hash tables; all numbers 32 bits, little endian. The file is mapped; its writers replace it by renaming. Keys and
 * values may end with a NUL, as some writers have it; the first record settles which.
 */
public final class CdbContents implements IndexContents {
    static final int POINTERS = 2048;
    private static final long LOW = 0xffffffffL;
    /** No record begins here. */
    private static final long NONE = 0;

    private final MappedFile file;
    private final boolean fold;
    private final boolean withEnd;

    private CdbContents(MappedFile file, boolean fold, boolean withEnd) {
        this.file = file;
        this.fold = fold;
        this.withEnd = withEnd;
    }

    /**
     * Opens a file that is complete.
     *
     * @param fold look keys up in lower case
     */
    public static CdbContents open(Path path, boolean fold) throws IOException {
        return open(new TableFiles(InstantSource.system()), path, fold);
    }

    static CdbContents open(TableFiles files, Path path, boolean fold) throws IOException {
        MappedFile file = MappedFile.of(files, path, ByteOrder.LITTLE_ENDIAN);
        try {
            checkTables(file);
            long first = POINTERS + 8 + file.four(POINTERS);
            boolean any = POINTERS < endOfRecords(file);
            return new CdbContents(file, fold, any && first > POINTERS + 8 && file.one(first - 1) == 0);
        } catch (IndexOutOfBoundsException | InternalError e) {
            if (file.size() == POINTERS) {
                return new CdbContents(file, fold, false);
            }
            throw new IOException("Protocol error", e);
        }
    }

    /** A file that was cut off would have no answer to some of its keys. */
    private static void checkTables(MappedFile file) {
        for (int i = 0; i < 256; i++) {
            long table = file.eight(i * 8L);
            file.check(first(table), second(table) * 8);
        }
    }

    @Override
    public LookupResult find(String key) {
        byte[] plain = KeyFolding.bytes(key, fold);
        try {
            return find(withEnd ? Arrays.copyOf(plain, plain.length + 1) : plain);
        } catch (IndexOutOfBoundsException | InternalError _) {
            return new LookupResult.Unavailable("cdb file is damaged");
        }
    }

    @Override
    public void find(KeyBlock block) {
        byte[] stored = new byte[0];
        while (block.hasMore() && block.isPlain()) {
            byte[] name = block.name(fold);
            int length = withEnd ? block.nameLength() + 1 : block.nameLength();
            if (stored.length < length) {
                stored = new byte[2 * length];
            }
            try {
                long record = record(name, length, stored);
                if (record != NONE) {
                    block.found(file, record + 8 + length, second(file.eight(record)));
                }
            } catch (IndexOutOfBoundsException | InternalError _) {
                return;
            }
            block.next();
        }
    }

    @Override
    public void release() {
        file.release();
    }

    @Override
    public void forEach(BiConsumer<String, String> entry) throws IOException {
        try {
            long end = endOfRecords(file);
            long at = POINTERS;
            while (at < end) {
                long keyLength = file.four(at);
                long valueLength = file.four(at + 4);
                entry.accept(MappedFile.text(file.copy(at + 8, keyLength)),
                        MappedFile.text(file.copy(at + 8 + keyLength, valueLength)));
                at += 8 + keyLength + valueLength;
            }
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw new IOException("cdb file is damaged", e);
        }
    }

    /** Records end where the first hash table begins. */
    private static long endOfRecords(MappedFile file) {
        long end = file.four(0);
        for (int i = 0; i < 256; i++) {
            end = Math.min(end, file.four(i * 8L));
        }
        return end;
    }

    private LookupResult find(byte[] key) {
        long record = record(key, key.length, new byte[key.length]);
        return record == NONE
                ? LookupResult.NOT_FOUND
                : new LookupResult.Found(
                        MappedFile.text(file.copy(record + 8 + key.length, second(file.eight(record)))));
    }

    /**
     * Where the record with this key begins, or {@link #NONE}. Numbers stand in pairs, which are read at once.
     *
     * @param length of the key
     * @param stored takes as many bytes to compare with it
     */
    private long record(byte[] key, int length, byte[] stored) {
        int hash = hash(key, length);
        long table = file.eight((hash & 0xffL) * 8);
        long slots = second(table);
        if (slots == 0) {
            return NONE;
        }
        long slot = (hash >>> 8) % slots;
        for (long tried = 0; tried < slots; tried++) {
            long pair = file.eight(first(table) + slot * 8);
            long record = second(pair);
            if (record == 0) {
                return NONE;
            }
            if (first(pair) == (hash & LOW) && first(file.eight(record)) == length) {
                file.copy(record + 8, stored, 0, length);
                if (Arrays.equals(stored, 0, length, key, 0, length)) {
                    return record;
                }
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
        return NONE;
    }

    private static long first(long pair) {
        return pair & LOW;
    }

    private static long second(long pair) {
        return pair >>> 32;
    }

    static int hash(byte[] key) {
        return hash(key, key.length);
    }

    private static int hash(byte[] key, int length) {
        int hash = 5381;
        for (int i = 0; i < length; i++) {
            hash = ((hash << 5) + hash) ^ (key[i] & 0xff);
        }
        return hash;
    }
}
