package org.postrider.common.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message as the journal has it, held against the file that a crash left of it. The only differences that the mail system itself
 * makes are marks: a recipient's letter R that became D, and the time of the delay warning that became 0. They are kept.
 */
final class JournalImage {
    private static final byte[] WARNED = "              0".getBytes(StandardCharsets.ISO_8859_1);

    private final byte[] image;
    private final List<Integer> recipients = new ArrayList<>();
    private final List<Integer> warnings = new ArrayList<>();

    /** What stands in a file under the message's name. */
    enum Found {
        /** The message, with or without marks. */
        WHOLE,
        /**
         * The message, of which bytes are missing or zero: the crash took what was not synced. Or all of it, and behind it the rest of a longer
         * file that it was written over: another crash came before the file was cut.
         */
        TORN,
        /** Something else. */
        OTHER
    }

    JournalImage(byte[] image) {
        this.image = image.clone();
        try {
            findMarks(image);
        } catch (IOException _) {
            // No message can be marked behind what no reader can pass.
        }
    }

    private void findMarks(byte[] bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        RecordReader records = new RecordReader(in);
        for (int at = 0; records.next(); at = bytes.length - in.available()) {
            if (records.type() == RecordType.RECIPIENT) {
                recipients.add(at);
            } else if (records.type() == RecordType.WARN_TIME && records.length() == WARNED.length) {
                warnings.add(at + 2);
            }
        }
    }

    /** The message with the marks that this file has. */
    byte[] withMarksOf(byte[] file) {
        byte[] marked = image.clone();
        for (int at : recipients) {
            if (at < file.length && file[at] == RecordType.DONE.letter()) {
                marked[at] = file[at];
            }
        }
        for (int at : warnings) {
            if (Arrays.equals(file, Math.min(at, file.length), Math.min(at + WARNED.length, file.length), WARNED, 0,
                    WARNED.length)) {
                System.arraycopy(WARNED, 0, marked, at, WARNED.length);
            }
        }
        return marked;
    }

    /** Compares a file with {@link #withMarksOf} of it. */
    static Found compare(byte[] file, byte[] marked) {
        if (Arrays.equals(file, marked)) {
            return Found.WHOLE;
        }
        if (file.length > marked.length && Arrays.equals(file, 0, marked.length, marked, 0, marked.length)) {
            return Found.TORN;
        }
        for (int i = 0; i < file.length; i++) {
            if (file[i] != 0 && (i >= marked.length || file[i] != marked[i])) {
                return Found.OTHER;
            }
        }
        return Found.TORN;
    }
}
