package org.postrider.commands;

import java.io.ByteArrayOutputStream;
import java.io.Flushable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, one char for one byte. Nothing but a newline ends a line; what stands behind the last one is a line, too. Who
 * gives them may wait for answers to those that were read before, so these go out before more is read.
 */
final class ByteLines {
    private final InputStream in;
    private final Flushable answers;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private boolean ascii;

    ByteLines(InputStream in, Flushable answers) {
        this.in = in;
        this.answers = answers;
    }

    /** The next line without its newline; null at the end. */
    @Nullable
    String next() throws IOException {
        if (at == end && !fill()) {
            return null;
        }
        ascii = true;
        int newline = newline();
        if (newline >= 0) {
            return upTo(newline);
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (newline < 0) {
            line.write(buffer, at, end - at);
            at = end;
            if (!fill()) {
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            newline = newline();
        }
        line.write(buffer, at, newline - at);
        at = newline + 1;
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the last line has no byte above 127. */
    boolean isAscii() {
        return ascii;
    }

    private String upTo(int newline) {
        String line = new String(buffer, at, newline - at, StandardCharsets.ISO_8859_1);
        at = newline + 1;
        return line;
    }

    private int newline() {
        int all = 0;
        int i = at;
        while (i < end && buffer[i] != '\n') {
            all |= buffer[i];
            i++;
        }
        ascii &= all >= 0;
        return i < end ? i : -1;
    }

    private boolean fill() throws IOException {
        answers.flush();
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
