package org.postrider.commands;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postrider.common.lookup.KeyBlock;

/**
 * The lines of a stream, many at a time: as many as a block has room for, or one that is longer; fewer where others would have to be
 * waited for.
 */
final class LineBlocks {
    /** Enough keys for one thread at a time to make the hand-over cheap. */
    static final int USUAL = 1 << 15;

    private final InputStream in;
    private final String afterKey;
    private byte[] begun = new byte[USUAL];
    private int length;
    private boolean ended;

    /** @param afterKey see {@link KeyBlock} */
    LineBlocks(InputStream in, String afterKey) {
        this.in = in;
        this.afterKey = afterKey;
    }

    /** Whether the next lines may have to be waited for. */
    boolean isDrained() throws IOException {
        return !ended && in.available() == 0;
    }

    /** Null at the end. */
    @Nullable
    KeyBlock next() throws IOException {
        int whole = 0;
        while (!ended && length < begun.length && (whole == 0 || !isDrained())) {
            int more = in.read(begun, length, begun.length - length);
            ended = more < 0;
            whole = Math.max(whole, afterLastLine(length, length + more));
            length += Math.max(0, more);
        }
        if (length == 0) {
            return null;
        }
        whole = ended ? length : whole;
        if (whole == 0) {
            begun = Arrays.copyOf(begun, 2 * begun.length);
            return next();
        }
        KeyBlock block = new KeyBlock(begun, whole, afterKey);
        byte[] rest = new byte[Math.max(USUAL, 2 * (length - whole))];
        System.arraycopy(begun, whole, rest, 0, length - whole);
        begun = rest;
        length -= whole;
        return block;
    }

    /** Behind the last newline from one place on; 0 where there is none. */
    private int afterLastLine(int from, int to) {
        int at = to;
        while (at > from && begun[at - 1] != '\n') {
            at--;
        }
        return at > from ? at : 0;
    }
}
