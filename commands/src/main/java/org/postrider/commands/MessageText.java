package org.postrider.commands;

import java.io.IOException;
import java.io.InputStream;

/**
 * The message on standard input, line by line as bytes without line ends, in pieces where a line is longer than the limit.
 * Reads until the end of the input or, unless told to ignore it, a line of one dot. When the first line ends in CR LF, the CR is
 * taken off every line.
 */
final class MessageText {
    private final InputStream in;
    private final boolean dotEnds;
    private final byte[] line;
    private int length;
    private boolean whole;
    private boolean continued;
    private boolean first = true;
    private boolean stripReturns;

    /**
     * @param dotEnds true when a line of one dot ends the message
     * @param longest the most bytes handed over at once
     */
    MessageText(InputStream in, boolean dotEnds, int longest) {
        this.in = in;
        this.dotEnds = dotEnds;
        this.line = new byte[Math.max(64, longest)];
    }

    /** Reads the next line or piece of one; false at the end of the message. */
    boolean next() throws IOException {
        continued = !whole && !first;
        length = 0;
        whole = false;
        while (length < line.length) {
            int b = in.read();
            if (b < 0) {
                if (length == 0 && !continued) {
                    return false;
                }
                whole = true;
                break;
            }
            if (b == '\n') {
                whole = true;
                break;
            }
            line[length++] = (byte) b;
        }
        return finish();
    }

    private boolean finish() {
        boolean starts = !continued;
        if (whole && length > 0 && line[length - 1] == '\r') {
            stripReturns |= first;
            length -= stripReturns ? 1 : 0;
        }
        first = false;
        return !(dotEnds && starts && whole && length == 1 && line[0] == '.');
    }

    byte[] bytes() {
        return line;
    }

    int length() {
        return length;
    }

    /** True when this is the end of a line; false when more of the same line follows. */
    boolean isWhole() {
        return whole;
    }

    /** True when this goes on where the last piece ended. */
    boolean isContinued() {
        return continued;
    }
}
