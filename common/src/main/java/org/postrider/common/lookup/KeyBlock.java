package org.postrider.common.lookup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys as they were read, one a line, and the answers as they are printed, {@code key TAB value}: bytes both, because a command
 * that is asked for a million keys would spend most of its time on making texts of them. A table goes from key to key with {@link
 * #next} as far as it can; what it leaves is asked for one by one. For one thread at a time.
 */
public final class KeyBlock {
    private static final int USUAL_LINE = 64;

    private final byte[] lines;
    private final int end;
    private final byte[] afterKey;
    /** Where the key stands that has no answer yet, and where it ends. */
    private int start;
    private int stop;
    private boolean ascii;
    private byte[] name = new byte[USUAL_LINE];
    private byte[] answers;
    private int length;
    /** Where the answer ends that {@link #found} has made of what stands in a file, until {@link #next} takes it. */
    private int tentative;
    private boolean any;

    /**
     * Makes a block without answers.
     *
     * @param lines each ends with a newline; the last one may end with the block
     * @param end how many bytes of them there are
     * @param afterKey printed between key and tab
     */
    public KeyBlock(byte[] lines, int end, String afterKey) {
        this.lines = lines;
        this.end = end;
        this.afterKey = MappedFile.bytes(afterKey);
        this.answers = new byte[2 * end];
        stand();
    }

    /** Whether there is a key without an answer. */
    public boolean hasMore() {
        return start < end;
    }

    /** The key without an answer, one char for one byte. */
    public String key() {
        return new String(lines, start, stop - start, StandardCharsets.ISO_8859_1);
    }

    /** Whether it has no byte above 127. */
    public boolean isAscii() {
        return ascii;
    }

    /** Whether a key was found. */
    public boolean isAnyFound() {
        return any;
    }

    /** What is printed for the key without an answer, one byte for one char. Then the next one is asked for. */
    public void answer(boolean found, String text) {
        any |= found;
        byte[] bytes = MappedFile.bytes(text);
        room(bytes.length);
        System.arraycopy(bytes, 0, answers, length, bytes.length);
        length += bytes.length;
        pass();
    }

    /** Writes the answers that were not written yet. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(answers, 0, length);
        length = 0;
    }

    /** False at the end, and at a key that is not for bytes alone: it is empty, or case is not only a matter of A to Z. */
    boolean isPlain() {
        return ascii && start < stop;
    }

    /** The key and a NUL, in lower case where keys are folded; {@link #nameLength} bytes of it count. */
    byte[] name(boolean fold) {
        int size = stop - start;
        if (name.length <= size) {
            name = new byte[2 * size];
        }
        System.arraycopy(lines, start, name, 0, size);
        for (int i = 0; fold && i < size; i++) {
            byte b = name[i];
            if (b >= 'A' && b <= 'Z') {
                name[i] = (byte) (b + ('a' - 'A'));
            }
        }
        name[size] = 0;
        return name;
    }

    int nameLength() {
        return stop - start;
    }

    /**
     * This stands in the file for the key: its value, where a NUL at the end does not count.
     *
     * @throws IndexOutOfBoundsException when the file does not have it, being damaged
     */
    void found(MappedFile file, long at, long size) {
        file.check(at, size);
        int line = stop - start;
        room(line + afterKey.length + (int) size + 2);
        int to = length;
        System.arraycopy(lines, start, answers, to, line);
        to += line;
        System.arraycopy(afterKey, 0, answers, to, afterKey.length);
        to += afterKey.length;
        answers[to] = '\t';
        to++;
        file.copy(at, answers, to, (int) size);
        to += (int) size;
        if (size > 0 && answers[to - 1] == 0) {
            to--;
        }
        answers[to] = '\n';
        tentative = to + 1;
    }

    /** Goes on behind the key, with the answer that was found, if there is one. */
    void next() {
        any |= tentative > length;
        length = Math.max(length, tentative);
        pass();
    }

    private void pass() {
        tentative = 0;
        start = stop + 1;
        stand();
    }

    private void stand() {
        int all = 0;
        int i = start;
        while (i < end && lines[i] != '\n') {
            all |= lines[i];
            i++;
        }
        stop = i;
        ascii = all >= 0;
    }

    private void room(int more) {
        if (answers.length - length < more) {
            answers = Arrays.copyOf(answers, Math.max(2 * answers.length, length + more));
        }
    }
}
