package org.postrider.tables.sql;

import java.io.IOException;
import java.io.InputStream;

/**
 * What a PostgreSQL server sends, on its way to the driver: a type, a length and so many bytes, again and again (PostgreSQL
 * documentation, "Message Formats"). The driver asks for as much memory as a length says before it reads what is there, and a daemon
 * that asks for more than it may have is ended by its run time. So a message longer than {@link #LONGEST}, and a value in a row that
 * is longer than the row, are errors here. Encrypted bytes pass unseen: such a server has shown who it is, or was not asked to.
 */
final class PgsqlMessages extends WatchedInput {
    /** Bytes; the driver's own limit for a result. */
    static final int LONGEST = 8 << 20;
    private static final int ROW = 'D';

    private enum Part {
        /** The very first byte: {@code S} for TLS or {@code N} for none when the driver asked for it, else a type. */
        FIRST, TYPE, LENGTH, COLUMNS, VALUE_LENGTH, BYTES, ENCRYPTED
    }

    private Part part = Part.FIRST;
    private int type;
    /** A number that is being read, and how many of its bytes are. */
    private int number;
    private int digits;
    /** Bytes of the message, and among them of the value, that are still to come. */
    private int left;
    private int valueLeft;
    private int columns;

    PgsqlMessages(InputStream in) {
        super(in);
    }

    @Override
    void look(byte[] bytes, int start, int end) throws IOException {
        int at = start;
        while (at < end && part != Part.ENCRYPTED) {
            if (part == Part.BYTES) {
                int passed = Math.min(valueLeft, end - at);
                at += passed;
                left -= passed;
                valueLeft -= passed;
                nextWhenAtEnd();
            } else {
                take(bytes[at] & 0xff);
                at++;
            }
        }
    }

    private void take(int one) throws IOException {
        switch (part) {
            case FIRST -> {
                if (one == 'S') {
                    part = Part.ENCRYPTED;
                } else if (one == 'N') {
                    part = Part.TYPE;
                } else {
                    begin(one);
                }
            }
            case TYPE -> begin(one);
            case LENGTH -> {
                if (isNumber(one, 4)) {
                    if (number < 4 || number > LONGEST) {
                        throw new IOException("the server announces a message of " + number + " bytes");
                    }
                    left = number - 4;
                    columns = 0;
                    next(type == ROW ? Part.COLUMNS : Part.BYTES, 2);
                }
            }
            case COLUMNS -> {
                left--;
                if (isNumber(one, 2)) {
                    columns = number;
                    next(columns > 0 ? Part.VALUE_LENGTH : Part.BYTES, 4);
                }
            }
            case VALUE_LENGTH -> {
                left--;
                if (isNumber(one, 4)) {
                    columns--;
                    if (number > left || number < -1) {
                        throw new IOException(
                                "the server announces a value of " + number + " bytes in a row of " + left);
                    }
                    valueLeft = Math.max(0, number);
                    part = Part.BYTES;
                    nextWhenAtEnd();
                }
            }
            case BYTES, ENCRYPTED -> throw new IllegalStateException(part.name());
        }
    }

    private void begin(int one) {
        type = one;
        part = Part.LENGTH;
    }

    private boolean isNumber(int one, int length) {
        number = digits == 0 ? one : number << 8 | one;
        digits++;
        if (digits < length) {
            return false;
        }
        digits = 0;
        return true;
    }

    /** @param least bytes that the part has when it is not just bytes */
    private void next(Part following, int least) throws IOException {
        part = following;
        if (part == Part.BYTES) {
            valueLeft = left;
            nextWhenAtEnd();
        } else if (left < least) {
            throw new IOException("the server sends a row that is cut off");
        }
    }

    /** What comes behind a value: the next one, or what the message has more, or another message. */
    private void nextWhenAtEnd() throws IOException {
        if (valueLeft > 0) {
            return;
        }
        if (columns > 0) {
            next(Part.VALUE_LENGTH, 4);
        } else if (left > 0) {
            valueLeft = left;
        } else {
            part = Part.TYPE;
        }
    }
}
