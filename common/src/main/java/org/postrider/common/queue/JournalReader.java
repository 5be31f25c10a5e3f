package org.postrider.common.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/**
 * Reads the batches of a segment in the order in which they were written. A batch that is not whole is passed over: at the end it is
 * what a crash cut short, and before other batches it is a damage of the disk, which must not hide what comes behind it. One thread.
 */
final class JournalReader {
    private final FileChannel channel;
    private final long size;
    private final long epoch;
    private ByteBuffer buffer = ByteBuffer.allocate(JournalSegment.BLOCK);
    private long offset = JournalSegment.BLOCK;
    private int expected;
    private int missing;

    JournalReader(FileChannel channel, long size, long epoch) {
        this.channel = channel;
        this.size = size;
        this.epoch = epoch;
    }

    /** The records of the next batch; none at the end. */
    List<JournalRecord> next() throws IOException {
        while (offset + JournalBatch.HEADER <= size) {
            Optional<List<JournalRecord>> records = batch();
            if (records.isPresent()) {
                int number = JournalBatch.number(buffer);
                missing += number - expected;
                expected = number + 1;
                offset += JournalBatch.padded(buffer.limit() - JournalBatch.HEADER);
                return records.get();
            }
            offset += JournalSegment.BLOCK;
        }
        return List.of();
    }

    private Optional<List<JournalRecord>> batch() throws IOException {
        buffer.clear().limit(JournalBatch.HEADER);
        JournalSegment.readFully(channel, buffer, offset);
        if (buffer.hasRemaining()) {
            return Optional.empty();
        }
        int length = JournalBatch.announced(buffer, epoch);
        if (length < 0 || JournalBatch.number(buffer) < expected) {
            return Optional.empty();
        }
        if (JournalBatch.HEADER + length > buffer.capacity()) {
            buffer = ByteBuffer.allocate(Math.max(JournalBatch.HEADER + length, 2 * buffer.capacity()))
                    .put(buffer.flip());
        }
        buffer.limit(JournalBatch.HEADER + length);
        JournalSegment.readFully(channel, buffer, offset);
        return buffer.hasRemaining() ? Optional.empty() : JournalBatch.decode(buffer);
    }

    /** How many batches in front of the last one were damaged. */
    int missing() {
        return missing;
    }
}
