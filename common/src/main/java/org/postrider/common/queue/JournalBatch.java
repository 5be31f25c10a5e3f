package org.postrider.common.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The records that go to the journal in one write. It begins at a block and fills whole blocks, so that no byte of an earlier batch
 * is ever written again, and a write that a power failure tears can damage only what nobody was told of.
 *
 * <p>Form, in network order: {@link #MAGIC}, number within the segment, the segment's epoch (64 random bits, so that neither an older
 * use of the segment nor the text of a message can pass for a batch), length of the records, CRC-32C of number, epoch, length and
 * records; the records; zeros. One thread at a time.
 */
final class JournalBatch {
    /** As long as one batch may be, in bytes. */
    static final int MOST = 1 << 20;
    /** Bytes before the records. */
    static final int HEADER = 24;
    private static final int MAGIC = 0x506A4231;
    private static final int CHECKED_FROM = 4;
    private static final int CHECKSUM_AT = 20;

    private static final int USUAL = 1 << 16;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(USUAL);

    /** The batch as it is to be written. The buffer is used again for the next. */
    ByteBuffer encode(List<JournalRecord> records, long epoch, int number) {
        if (padded(length(records)) > bytes.capacity()) {
            bytes = ByteBuffer.allocateDirect(MOST);
        }
        bytes.clear().position(HEADER);
        for (JournalRecord one : records) {
            one.encode(bytes);
        }
        int end = bytes.position();
        bytes.putInt(0, MAGIC).putInt(4, number).putLong(8, epoch).putInt(16, end - HEADER);
        bytes.putInt(CHECKSUM_AT, checksum(bytes, end));
        while (bytes.position() % JournalSegment.BLOCK != 0) {
            bytes.put((byte) 0);
        }
        return bytes.flip();
    }

    private static int checksum(ByteBuffer batch, int end) {
        CRC32C sum = new CRC32C();
        sum.update(batch.slice(CHECKED_FROM, CHECKSUM_AT - CHECKED_FROM));
        sum.update(batch.slice(HEADER, end - HEADER));
        return (int) sum.getValue();
    }

    /** Length of the records that a header announces; -1 when these are not the first bytes of a batch of this epoch. */
    static int announced(ByteBuffer header, long epoch) {
        int length = header.getInt(16);
        boolean ours = header.getInt(0) == MAGIC && header.getLong(8) == epoch && header.getInt(4) >= 0;
        return ours && length >= 0 && length <= MOST - HEADER ? length : -1;
    }

    /** The number in a header. */
    static int number(ByteBuffer header) {
        return header.getInt(4);
    }

    /** The records of a batch from its first byte to its limit; empty when the batch is not whole. */
    static Optional<List<JournalRecord>> decode(ByteBuffer batch) {
        if (batch.getInt(CHECKSUM_AT) != checksum(batch, batch.limit())) {
            return Optional.empty();
        }
        List<JournalRecord> records = new ArrayList<>();
        batch.position(HEADER);
        while (batch.hasRemaining()) {
            Optional<JournalRecord> one = JournalRecord.decode(batch);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            records.add(one.get());
        }
        return Optional.of(records);
    }

    /** Bytes of the records. */
    static int length(List<JournalRecord> records) {
        int length = 0;
        for (JournalRecord one : records) {
            length += one.encodedSize();
        }
        return length;
    }

    /** Bytes that a batch with so many bytes of records takes in the file. */
    static int padded(int recordBytes) {
        return (HEADER + recordBytes + JournalSegment.BLOCK - 1) / JournalSegment.BLOCK * JournalSegment.BLOCK;
    }
}
