package org.postrider.common.lookup;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.postrider.common.posix.MappedPages;

/**
 * A file in memory, its pages shared with all processes that read it; numbers without sign, in the byte order of the file. A place
 * outside throws {@link IndexOutOfBoundsException}; what was cut off under our feet throws {@link InternalError}, the JVM's word
 * for SIGBUS. The mapping ends when nobody holds this object any more.
 *
 * <p>Buffers, not a memory segment: commands and small daemons run code that was compiled quickly or not at all, and there reading
 * a number from a segment takes many times as long.
 */
final class MappedFile {
    /** Bytes; no longer key or value comes from a source, and a damaged file must not ask for all the memory there is. */
    static final int LONGEST = 16 * 1024 * 1024;
    /** A buffer holds two gigabytes at most. One begins every gigabyte, so that whatever begins in its first half ends in it. */
    private static final int HALF_BITS = 30;
    private static final long HALF = 1L << HALF_BITS;

    private final MappedByteBuffer[] parts;
    private final long size;
    private final boolean swapped;

    private MappedFile(MappedByteBuffer[] parts, long size, boolean swapped) {
        this.parts = parts;
        this.size = size;
        this.swapped = swapped;
    }

    static MappedFile of(FileChannel channel, ByteOrder order) throws IOException {
        long size = channel.size();
        MappedByteBuffer[] parts = new MappedByteBuffer[(int) ((size + HALF - 1) >> HALF_BITS)];
        for (int i = 0; i < parts.length; i++) {
            long start = (long) i << HALF_BITS;
            parts[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(size - start, Integer.MAX_VALUE));
            parts[i].order(ByteOrder.LITTLE_ENDIAN);
        }
        return new MappedFile(parts, size, order == ByteOrder.BIG_ENDIAN);
    }

    static MappedFile of(TableFiles files, Path path, ByteOrder order) throws IOException {
        try (OpenedFile file = files.open(path)) {
            return of(file.channel(), order);
        }
    }

    /** The same file, its numbers in another byte order. */
    MappedFile in(ByteOrder order) {
        return new MappedFile(parts, size, order == ByteOrder.BIG_ENDIAN);
    }

    /** Takes the pages out of this process's memory; they stay in the kernel's, and come back when they are read. */
    void release() {
        for (MappedByteBuffer part : parts) {
            MappedPages.release(MemorySegment.ofBuffer(part));
        }
    }

    long size() {
        return size;
    }

    /** The buffer that has what stands here and in the gigabyte behind it; its numbers are little endian. */
    MappedByteBuffer part(long at) {
        return parts[(int) (at >> HALF_BITS)];
    }

    /** Where in the {@link #part}. */
    static int place(long at) {
        return (int) (at & HALF - 1);
    }

    int one(long at) {
        return part(at).get(place(at)) & 0xff;
    }

    int two(long at) {
        short number = part(at).getShort(place(at));
        return (swapped ? Short.reverseBytes(number) : number) & 0xffff;
    }

    long four(long at) {
        int number = part(at).getInt(place(at));
        return (swapped ? Integer.reverseBytes(number) : number) & 0xffffffffL;
    }

    long eight(long at) {
        long number = part(at).getLong(place(at));
        return swapped ? Long.reverseBytes(number) : number;
    }

    /** Refuses what the file does not have, and what is too long to be there. */
    void check(long at, long length) {
        if (length < 0 || length > size - at || length > LONGEST) {
            throw new IndexOutOfBoundsException("length");
        }
    }

    byte[] copy(long at, long length) {
        check(at, length);
        byte[] copy = new byte[(int) length];
        if (length > 0) {
            copy(at, copy, 0, copy.length);
        }
        return copy;
    }

    void copy(long at, byte[] to, int start, int length) {
        part(at).get(place(at), to, start, length);
    }

    /** How a key compares with the bytes at a place: bytes without sign, then the shorter first. */
    int compare(SearchKey key, long at, long length) {
        return length == 0 ? key.length() : compare(key, part(at), place(at), (int) Math.min(length, LONGEST));
    }

    /** The same within a {@link #part}. */
    static int compare(SearchKey key, MappedByteBuffer part, int start, int length) {
        int common = Math.min(key.length(), length);
        int i = 0;
        for (; i + 8 <= common; i += 8) {
            long ours = key.word(i >> 3);
            long theirs = Long.reverseBytes(part.getLong(start + i));
            if (ours != theirs) {
                return Long.compareUnsigned(ours, theirs);
            }
        }
        for (; i < common; i++) {
            int difference = key.one(i) - (part.get(start + i) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return key.length() - length;
    }

    /** One byte is one char; a NUL at the end is part of the C string that some writers store. */
    static String text(byte[] stored) {
        return text(stored, 0);
    }

    /** The same of what stands behind a place. */
    static String text(byte[] stored, int from) {
        int end = stored.length > from && stored[stored.length - 1] == 0 ? stored.length - 1 : stored.length;
        return new String(stored, from, end - from, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
