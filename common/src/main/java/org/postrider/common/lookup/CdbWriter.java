package org.postrider.common.lookup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a constant database (see {@link CdbContents}). State before: any or no file of the final name. The one act: renaming the
 * finished, synced temporary file over it. A crash before leaves the old file and perhaps a temporary one, which the next run
 * removes.
 */
public final class CdbWriter {
    private record Slot(int hash, int position) {}

    private CdbWriter() {}

    /**
     * Writes these entries; keys as they are.
     *
     * @param mode of the file
     */
    public static void write(Path file, Map<String, String> entries, Set<PosixFilePermission> mode)
            throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        // A new file only: what somebody else may have put there, a link perhaps, is not written to.
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            Files.setPosixFilePermissions(temporary, mode);
            new Writing(channel).all(entries);
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static final class Writing {
        private final FileChannel channel;
        private final OutputStream out;
        private final List<List<Slot>> tables = new ArrayList<>(256);
        private long position = CdbContents.POINTERS;

        Writing(FileChannel channel) {
            this.channel = channel;
            this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 65536);
            for (int i = 0; i < 256; i++) {
                tables.add(new ArrayList<>());
            }
        }

        void all(Map<String, String> entries) throws IOException {
            out.write(new byte[CdbContents.POINTERS]);
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                record(entry.getKey().getBytes(StandardCharsets.ISO_8859_1),
                        entry.getValue().getBytes(StandardCharsets.ISO_8859_1));
            }
            ByteBuffer pointers = ByteBuffer.allocate(CdbContents.POINTERS).order(ByteOrder.LITTLE_ENDIAN);
            for (List<Slot> slots : tables) {
                pointers.putInt((int) position).putInt(slots.size() * 2);
                table(slots);
            }
            out.flush();
            pointers.flip();
            long at = 0;
            while (pointers.hasRemaining()) {
                at += channel.write(pointers, at);
            }
        }

        private void record(byte[] key, byte[] value) throws IOException {
            int hash = CdbContents.hash(key);
            tables.get(hash & 0xff).add(new Slot(hash, (int) position));
            number(key.length);
            number(value.length);
            out.write(key);
            out.write(value);
            advance(8L + key.length + value.length);
        }

        private void table(List<Slot> slots) throws IOException {
            int size = slots.size() * 2;
            ByteBuffer table = ByteBuffer.allocate(size * 8).order(ByteOrder.LITTLE_ENDIAN);
            for (Slot slot : slots) {
                int index = (int) ((slot.hash >>> 8) % (long) size);
                while (table.getInt(index * 8 + 4) != 0) {
                    index = index + 1 == size ? 0 : index + 1;
                }
                table.putInt(index * 8, slot.hash).putInt(index * 8 + 4, slot.position);
            }
            out.write(table.array());
            advance(size * 8L);
        }

        private void advance(long bytes) throws IOException {
            position += bytes;
            if (position > 0xffffffffL) {
                throw new IOException("File too large");
            }
        }

        private void number(int value) throws IOException {
            out.write(value);
            out.write(value >> 8);
            out.write(value >> 16);
            out.write(value >> 24);
        }
    }
}
