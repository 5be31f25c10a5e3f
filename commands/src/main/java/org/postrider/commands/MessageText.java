package org.postrider.commands;

import java.io.IOException;
import java.io.InputStream;
import org.postrider.common.config.ConfigurationException;

/**
 * The message on standard input, line by line as bytes without line ends, in pieces where a line is longer than the limit.
 * Reads until the end of the input or, unless told to ignore it, a line of one dot.
 */
final class MessageText {
    /** sendmail_fix_line_endings: where a CR before the end of a line is taken off. */
    enum Returns {
        /** Everywhere. */
        ALWAYS,
        /** Everywhere, when the first line has one. */
        STRICT,
        /** Nowhere. */
        NEVER;

        /** The value of the parameter. */
        static Returns of(String word) {
            return switch (word) {
                case "always" -> ALWAYS;
                case "strict" -> STRICT;
                case "never" -> NEVER;
                default -> throw new ConfigurationException("invalid sendmail_fix_line_endings value: " + word);
            };
        }
    }

    private final InputStream in;
    private final boolean dotEnds;
    private final Returns returns;
    private final byte[] line;
    private int length;
    private boolean whole;
    private boolean continued;
    private boolean first = true;
    private boolean firstHadReturn;

    /**
     * @param dotEnds true when a line of one dot ends the message
     * @param returns what becomes of a CR at the end of a line
     * @param longest the most bytes handed over at once
     */
    MessageText(InputStream in, boolean dotEnds, Returns returns, int longest) {
        this.in = in;
        this.dotEnds = dotEnds;
        this.returns = returns;
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
            firstHadReturn |= first;
            length -= returns == Returns.ALWAYS || (returns == Returns.STRICT && firstHadReturn) ? 1 : 0;
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
