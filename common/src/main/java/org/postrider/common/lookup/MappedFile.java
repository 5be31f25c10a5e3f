package org.postrider.common.lookup;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.postrider.common.posix.MappedPages;
import java.nio.file.Path;

/**
 * A file in memory, its pages shared with all processes that read it; numbers without sign, in the byte order of the file. A place
 * outside throws {@link IndexOutOfBoundsException}; what was cut off under our feet throws {@link InternalError}, the JVM's word
 * for SIGBUS. The mapping ends when nobody holds this object any more.
 */
final class MappedFile {
    /** Bytes; no longer key or value comes from a source, and a damaged file must not ask for all the memory there is. */
    static final int LONGEST = 16 * 1024 * 1024;
    private static final VarHandle KEY_WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    // Constants, whatever the order of the file: the compiler makes one instruction of a constant layout, and a call of any other.
    private static final ValueLayout.OfShort TWO = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt FOUR = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong EIGHT = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private final boolean swapped;

    private MappedFile(MemorySegment bytes, ByteOrder order) {
        this.bytes = bytes;
        this.swapped = order == ByteOrder.BIG_ENDIAN;
    }

    static MappedFile of(FileChannel channel, ByteOrder order) throws IOException {
        return new MappedFile(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()), order);
    }

    static MappedFile of(TableFiles files, Path path, ByteOrder order) throws IOException {
        try (OpenedFile file = files.open(path)) {
            return of(file.channel(), order);
        }
    }

    /** The same file, its numbers in another byte order. */
    MappedFile in(ByteOrder order) {
        return new MappedFile(bytes, order);
    }

    /** Takes the pages out of this process's memory; they stay in the kernel's, and come back when they are read. */
    void release() {
        MappedPages.release(bytes);
    }

    long size() {
        return bytes.byteSize();
    }

    int one(long at) {
        return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    int two(long at) {
        short number = bytes.get(TWO, at);
        return (swapped ? Short.reverseBytes(number) : number) & 0xffff;
    }

    long four(long at) {
        int number = bytes.get(FOUR, at);
        return (swapped ? Integer.reverseBytes(number) : number) & 0xffffffffL;
    }

    long eight(long at) {
        long number = bytes.get(EIGHT, at);
        return swapped ? Long.reverseBytes(number) : number;
    }

    byte[] copy(long at, long length) {
        if (length < 0 || length > bytes.byteSize() - at || length > LONGEST) {
            throw new IndexOutOfBoundsException("length");
        }
        byte[] copy = new byte[(int) length];
        copy(at, copy, 0, copy.length);
        return copy;
    }

    void copy(long at, byte[] to, int start, int length) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, to, start, length);
    }

    /** How a key compares with the bytes at a place: bytes without sign, then the shorter first. */
    int compare(byte[] key, long at, long length) {
        int common = (int) Math.min(key.length, length);
        int i = 0;
        for (; i + 8 <= common; i += 8) {
            long ours = (long) KEY_WORD.get(key, i);
            long theirs = bytes.get(WORD, at + i);
            if (ours != theirs) {
                return Long.compareUnsigned(ours, theirs);
            }
        }
        for (; i < common; i++) {
            int difference = (key[i] & 0xff) - one(at + i);
            if (difference != 0) {
                return difference;
            }
        }
        return Long.compare(key.length, length);
    }

    /** One byte is one char; a NUL at the end is part of the C string that some writers store. */
    static String text(byte[] stored) {
        int length = stored.length > 0 && stored[stored.length - 1] == 0 ? stored.length - 1 : stored.length;
        return new String(stored, 0, length, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
