package org.postrider.commands;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, one char for one byte. Nothing but a newline ends a line; what stands behind the last one is a line, too. */
final class ByteLines {
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;

    ByteLines(InputStream in) {
        this.in = in;
    }

    /** The next line without its newline; null at the end. */
    @Nullable
    String next() throws IOException {
        if (at == end && !fill()) {
            return null;
        }
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

    private String upTo(int newline) {
        String line = new String(buffer, at, newline - at, StandardCharsets.ISO_8859_1);
        at = newline + 1;
        return line;
    }

    private int newline() {
        for (int i = at; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
