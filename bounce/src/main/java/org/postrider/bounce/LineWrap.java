package org.postrider.bounce;

import java.io.IOException;

/** Breaks long text between words. */
final class LineWrap {
    private static final int WIDTH = 79;
    private static final String INDENT = "    ";

    private LineWrap() {}

    /** Writes the text in lines of at most 79 columns, all but the first indented by four. A word is never broken. */
    static void write(String text, LineSink out) throws IOException {
        String rest = text;
        String indent = "";
        while (true) {
            int room = WIDTH - indent.length();
            if (rest.length() <= room) {
                out.line(indent + rest);
                return;
            }
            int end = rest.lastIndexOf(' ', room);
            if (end <= 0) {
                end = rest.indexOf(' ', room);
            }
            if (end < 0) {
                out.line(indent + rest);
                return;
            }
            out.line(indent + rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
            indent = INDENT;
            if (rest.isEmpty()) {
                return;
            }
        }
    }
}
