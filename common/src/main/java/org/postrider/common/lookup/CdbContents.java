package org.postrider.common.lookup;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads D. J. Bernstein's constant database (https://cr.yp.to/cdb/cdb.txt), as tinycdb and Postfix write it: 256 pointers to hash
 * tables, records, hash tables; all numbers 32 bits, little endian. The file is mapped; its writers replace it by renaming. Keys and
 * values may end with a NUL, as some writers have it; the first question settles which.
 */
public final class CdbContents implements TableContents {
    static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final int POINTERS = 2048;

    private final MemorySegment file;
    private final boolean fold;

    private CdbContents(MemorySegment file, boolean fold) {
        this.file = file;
        this.fold = fold;
    }

    /** Opens a file that is complete. */
    public static CdbContents open(Path path, boolean fold) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() < POINTERS) {
                throw new IOException("not a cdb file");
            }
            return new CdbContents(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()), fold);
        }
    }

    @Override
    public LookupResult find(String key) {
        byte[] plain = (fold ? KeyFolding.fold(key) : key).getBytes(StandardCharsets.ISO_8859_1);
        try {
            byte[] value = value(plain);
            if (value == null) {
                value = value(Arrays.copyOf(plain, plain.length + 1));
            }
            return value == null ? LookupResult.NOT_FOUND : new LookupResult.Found(text(value));
        } catch (IndexOutOfBoundsException _) {
            return new LookupResult.Unavailable("cdb file is damaged");
        }
    }

    /** Every record in the order of the file. */
    public void forEach(BiConsumer<String, String> entry) {
        long end = number(0);
        for (int i = 0; i < 256; i++) {
            end = Math.min(end, number(i * 8L));
        }
        long at = POINTERS;
        while (at < end) {
            long keyLength = number(at);
            long valueLength = number(at + 4);
            entry.accept(text(bytes(at + 8, keyLength)), text(bytes(at + 8 + keyLength, valueLength)));
            at += 8 + keyLength + valueLength;
        }
    }

    private byte @Nullable [] value(byte[] key) {
        int hash = hash(key);
        long pointer = (hash & 0xffL) * 8;
        long table = number(pointer);
        long slots = number(pointer + 4);
        if (slots == 0) {
            return null;
        }
        long slot = (hash >>> 8) % slots;
        for (long tried = 0; tried < slots; tried++) {
            long at = table + slot * 8;
            long record = number(at + 4);
            if (record == 0) {
                return null;
            }
            if ((int) number(at) == hash && number(record) == key.length
                    && Arrays.equals(bytes(record + 8, key.length), key)) {
                return bytes(record + 8 + key.length, number(record + 4));
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
        return null;
    }

    static int hash(byte[] key) {
        int hash = 5381;
        for (byte b : key) {
            hash = ((hash << 5) + hash) ^ (b & 0xff);
        }
        return hash;
    }

    private long number(long at) {
        return file.get(NUMBER, at) & 0xffffffffL;
    }

    private byte[] bytes(long at, long length) {
        return file.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static String text(byte[] bytes) {
        int length = bytes.length > 0 && bytes[bytes.length - 1] == 0 ? bytes.length - 1 : bytes.length;
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
