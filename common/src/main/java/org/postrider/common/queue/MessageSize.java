package org.postrider.common.queue;

import java.util.StringTokenizer;

/**
 * The first record of a queue file. It is written as zeros when the file is begun and once more, in place, when the message is
 * complete; the payload has always {@link #LENGTH} bytes.
 *
 * @param contentSize bytes from the first content record to the EXTRACTED record
 * @param dataOffset file offset of the first content record; 0 while the message is not complete
 * @param recipientCount how many recipients
 * @param qmgrOptions {@link #RECIPIENTS_MIXED}, and the union of the recipients' NOTIFY bits times two
 * @param contentLength bytes of content; differs from contentSize after a milter replaced the body
 * @param sendOptions SMTPUTF8, REQUIRETLS and the like, formats.md 1.3
 */
public record MessageSize(long contentSize, long dataOffset, int recipientCount, int qmgrOptions, long contentLength,
        int sendOptions) {
    /** Recipient records stand among other records. */
    public static final int RECIPIENTS_MIXED = 1;
    /** Payload bytes. */
    public static final int LENGTH = 95;
    /** What stands in a file that is not complete. */
    public static final MessageSize UNKNOWN = new MessageSize(0, 0, 0, 0, 0, 0);

    /** True once the message is complete. */
    public boolean isKnown() {
        return dataOffset > 0;
    }

    /** File offset of the EXTRACTED record. */
    public long extractedOffset() {
        return dataOffset + contentSize;
    }

    /** The payload. */
    public String format() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (long field : new long[]{contentSize, dataOffset, recipientCount, qmgrOptions, contentLength,
                sendOptions}) {
            String digits = Long.toString(field);
            text.repeat(' ', 15 - digits.length()).append(digits).append(' ');
        }
        text.setLength(LENGTH);
        return text.toString();
    }

    /**
     * Reads a payload; systems before 3.x wrote fewer fields, the rest is then zero.
     *
     * @throws CorruptQueueFileException when it is not a list of numbers
     */
    public static MessageSize parse(String payload) throws CorruptQueueFileException {
        long[] fields = new long[6];
        StringTokenizer words = new StringTokenizer(payload);
        try {
            for (int i = 0; i < fields.length && words.hasMoreTokens(); i++) {
                fields[i] = Long.parseLong(words.nextToken());
            }
        } catch (NumberFormatException _) {
            throw new CorruptQueueFileException("bad size record: " + payload.strip());
        }
        for (long field : fields) {
            if (field < 0) {
                throw new CorruptQueueFileException("bad size record: " + payload.strip());
            }
        }
        long contentLength = fields[4] == 0 ? fields[0] : fields[4];
        return new MessageSize(fields[0], fields[1], (int) fields[2], (int) fields[3], contentLength, (int) fields[5]);
    }
}
