package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;

/**
 * Writes a constant database (see {@link CdbContents}) as its entries come; only their hashes and places are kept in memory, 16 to
 * 24 bytes for an entry. State before: any or no file of the final name. The one act: renaming the finished, synced temporary
 * file over it. A crash before leaves the old file and a temporary one, which the next run takes over. The temporary file is locked
 * with flock(2), as Postfix's postmap does, so that two at a time wait for each other.
 */
public final class CdbWriter implements IndexWriter {
    /** Postfix's words for one who wants to change a cdb file. */
    public static final String NOT_FOR_CHANGES = "dict_cdb_open: inappropriate open flags for cdb database"
            + " - specify O_RDONLY or O_WRONLY|O_CREAT|O_TRUNC";

    private static final int TABLES = 256;

    private final Path file;
    private final Path temporary;
    private final int descriptor;
    private final boolean withEnd;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    /** Of every entry, in their order: its hash in the lower half, the place of its record in the upper. */
    private long[] entries = new long[1024];
    private int count;
    /** Entries by hash, plus 1; 0 for a free slot. The length is a power of two. */
    private int[] slots = new int[4096];
    private long written;
    private boolean replaced;
    private boolean committed;

    private CdbWriter(Path file, Path temporary, int descriptor, boolean withEnd) throws IOException {
        this.file = file;
        this.temporary = temporary;
        this.descriptor = descriptor;
        this.withEnd = withEnd;
        this.channel = FileChannel.open(Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        buffer.position(CdbContents.POINTERS);
    }

    /**
     * Begins a file. Call on a platform thread: waits for other writers.
     *
     * @param mode permission bits
     * @param withEnd store a NUL at the end of keys and values
     */
    public static CdbWriter open(Path file, int mode, boolean withEnd) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        int descriptor = locked(temporary, mode);
        try {
            Inodes.truncate(descriptor, 0);
            Inodes.chmod(descriptor, mode);
            return new CdbWriter(file, temporary, descriptor, withEnd);
        } catch (IOException e) {
            Descriptors.close(descriptor);
            throw e;
        }
    }

    /** The temporary file, ours alone. While we waited, its former owner may have renamed it. */
    private static int locked(Path temporary, int mode) throws IOException {
        while (true) {
            // No link: what somebody may have put there is not written to.
            int descriptor = Inodes.open(temporary, Inodes.READ_WRITE | Inodes.CREATE | Inodes.NO_FOLLOW, mode);
            Inodes.lock(descriptor, true);
            if (Files.exists(temporary)
                    && Files.getAttribute(temporary, "unix:ino").equals(Inodes.status(descriptor).inode())) {
                return descriptor;
            }
            Descriptors.close(descriptor);
        }
    }

    @Override
    public boolean put(String key, String value, boolean replace) throws IOException {
        byte[] name = LmdbWriter.stored(key, withEnd);
        byte[] text = LmdbWriter.stored(value, withEnd);
        int hash = CdbContents.hash(name);
        int slot = slot(hash, name);
        if (slots[slot] == 0) {
            slots[slot] = count + 1;
            if (count == entries.length) {
                entries = Arrays.copyOf(entries, 2 * count);
            }
            count++;
        } else if (replace) {
            replaced = true;
        } else {
            return false;
        }
        entries[slots[slot] - 1] = position() << 32 | (hash & 0xffffffffL);
        number(name.length);
        number(text.length);
        bytes(name);
        bytes(text);
        if (2L * count > slots.length) {
            grow();
        }
        return true;
    }

    private int slot(int hash, byte[] name) throws IOException {
        int slot = first(hash);
        while (slots[slot] != 0) {
            long entry = entries[slots[slot] - 1];
            if ((int) entry == hash && isAt(entry >>> 32, name)) {
                return slot;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private int first(int hash) {
        int product = hash * 0x9E3779B9;
        return (product ^ product >>> 15) & slots.length - 1;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        for (int i = 0; i < count; i++) {
            int slot = first((int) entries[i]);
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = i + 1;
        }
    }

    private boolean isAt(long record, byte[] name) throws IOException {
        flush();
        ByteBuffer stored = read(record, 8 + name.length);
        if (stored.remaining() != 8 + name.length || stored.getInt() != name.length) {
            return false;
        }
        return stored.position(8).slice().equals(ByteBuffer.wrap(name));
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // As much as there is.
        }
        return bytes.flip();
    }

    /** Where the next byte goes. */
    private long position() throws IOException {
        long position = written + buffer.position();
        if (position > 0xffffffffL) {
            throw new IOException("File too large");
        }
        return position;
    }

    private void number(int value) throws IOException {
        if (buffer.remaining() < 4) {
            flush();
        }
        buffer.putInt(value);
    }

    private void bytes(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(buffer.remaining(), bytes.length - at);
            buffer.put(bytes, at, part);
            at += part;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            written += channel.write(buffer, written);
        }
        buffer.clear();
    }

    @Override
    public void commit() throws IOException {
        if (replaced) {
            closeGaps();
        }
        ByteBuffer pointers = ByteBuffer.allocate(CdbContents.POINTERS).order(ByteOrder.LITTLE_ENDIAN);
        int[] ends = new int[TABLES];
        int[] order = byTable(ends);
        int begin = 0;
        for (int table = 0; table < TABLES; table++) {
            pointers.putInt((int) position()).putInt(2 * (ends[table] - begin));
            table(order, begin, ends[table]);
            begin = ends[table];
        }
        flush();
        pointers.flip();
        while (pointers.hasRemaining()) {
            int _ = channel.write(pointers, pointers.position());
        }
        channel.force(true);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        committed = true;
    }

    /** Numbers of the entries, those of a table together in their order. */
    private int[] byTable(int[] ends) {
        for (int i = 0; i < count; i++) {
            ends[(int) entries[i] & 0xff]++;
        }
        int total = 0;
        int[] next = new int[TABLES];
        for (int table = 0; table < TABLES; table++) {
            next[table] = total;
            total += ends[table];
            ends[table] = total;
        }
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[next[(int) entries[i] & 0xff]++] = i;
        }
        return order;
    }

    private void table(int[] order, int begin, int end) throws IOException {
        int size = 2 * (end - begin);
        long[] table = new long[size];
        for (int i = begin; i < end; i++) {
            long entry = entries[order[i]];
            int slot = (int) (((int) entry >>> 8) % (long) size);
            while (table[slot] != 0) {
                slot = slot + 1 == size ? 0 : slot + 1;
            }
            table[slot] = entry;
        }
        for (long entry : table) {
            number((int) entry);
            number((int) (entry >>> 32));
        }
    }

    /** Records that were replaced go: what remains moves up, in its order. */
    private void closeGaps() throws IOException {
        flush();
        long[] byPlace = new long[count];
        for (int i = 0; i < count; i++) {
            byPlace[i] = (entries[i] & 0xffffffff00000000L) | i;
        }
        // Places are unsigned.
        for (int i = 0; i < count; i++) {
            byPlace[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(byPlace);
        long to = CdbContents.POINTERS;
        for (long one : byPlace) {
            int number = (int) one;
            long from = (one ^ Long.MIN_VALUE) >>> 32;
            ByteBuffer lengths = read(from, 8);
            ByteBuffer record = read(from, 8 + lengths.getInt(0) + lengths.getInt(4));
            int length = record.remaining();
            while (record.hasRemaining()) {
                int _ = channel.write(record, to + record.position());
            }
            entries[number] = to << 32 | (entries[number] & 0xffffffffL);
            to += length;
        }
        channel.truncate(to);
        written = to;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (!committed) {
                Files.deleteIfExists(temporary);
            }
        } finally {
            Descriptors.close(descriptor);
        }
    }
}
