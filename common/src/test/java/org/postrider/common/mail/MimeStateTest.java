package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MimeStateTest {
    private final List<String> seen = new ArrayList<>();

    private final MimeSink sink = new MimeSink() {
        @Override
        public void header(Section section, String field) {
            seen.add(section + " " + field);
        }

        @Override
        public void headerEnd() {
            seen.add("end");
        }

        @Override
        public void body(byte[] bytes, int offset, int length, boolean complete, long position) {
            seen.add((complete ? "N " : "L ") + new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void fault(Fault fault, String where) {
            seen.add("fault " + fault);
        }
    };

    private void walk(MimeState.Limits limits, String text) throws IOException {
        MimeState state = new MimeState(limits, sink);
        for (String line : text.split("\n", -1)) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            state.line(bytes, 0, bytes.length, true);
        }
        state.end();
    }

    @Test
    void headerWithoutBody() throws IOException {
        walk(MimeState.Limits.DEFAULT, "A : 1\n 2\nB:");
        assertThat(seen).containsExactly("PRIMARY A: 1\n 2", "PRIMARY B:", "end");
    }

    @Test
    void textAfterTheHeaderGetsAnEmptyLine() throws IOException {
        walk(MimeState.Limits.DEFAULT, "A: 1\nno header\nB: 2");
        assertThat(seen).containsExactly("PRIMARY A: 1", "fault HEADER_NOT_ENDED", "end", "N ", "N no header",
                "N B: 2");
    }

    @Test
    void partsAndMessagesInside() throws IOException {
        walk(MimeState.Limits.DEFAULT, """
                Content-Type: multipart/mixed;
                 boundary="x y"

                before
                --x y
                Content-Type: message/rfc822

                Subject: inner
                Content-Type: multipart/alternative; boundary=z

                --z
                A: 1

                text
                --z--
                after
                --x y
                no header here
                --x y--
                end""");
        assertThat(seen).containsExactly("PRIMARY Content-Type: multipart/mixed;\n boundary=\"x y\"", "end", "N ",
                "N before", "N --x y", "PART Content-Type: message/rfc822", "N ", "NESTED Subject: inner",
                "NESTED Content-Type: multipart/alternative; boundary=z", "N ", "N --z", "PART A: 1", "N ", "N text",
                "N --z--", "N after", "N --x y", "N no header here", "N --x y--", "N end");
    }

    @Test
    void longHeadersAreCut() throws IOException {
        walk(new MimeState.Limits(true, 5, 100, 100), "A: 12345\n67: 8");
        assertThat(seen).containsExactly("fault TRUNCATED_HEADER", "PRIMARY A: 12", "PRIMARY 67: 8", "end");
    }

    @Test
    void bodyLinesInPieces() throws IOException {
        MimeState state = new MimeState(MimeState.Limits.DEFAULT, sink);
        byte[] piece = "piece".getBytes(StandardCharsets.ISO_8859_1);
        state.line(piece, 0, 0, true);
        state.line(piece, 0, 5, false);
        state.line(piece, 0, 5, true);
        state.end();
        assertThat(seen).containsExactly("end", "N ", "L piece", "N piece");
    }
}
