package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageFile;
import org.postrider.common.testing.ContentSink;
import org.postrider.common.testing.FakeLineServer;

/**
 * SMTP smuggling outward: whatever the records of a queue file hold, the server gets one message, and no line end in it but CR LF.
 * Records with other line ends don't come from cleanup, but a queue may be another system's. Seeded.
 */
class OutwardLineEndsTest {
    private static final int MESSAGES = 200;
    private static final String NO_ZONE = "example.org EMPTY";
    private static final String[] ODD = {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\r\n.\r\n", ".",
            "..",
            "\r", "\n", "\0", "a", "\u00ff", "MAIL FROM:<evil@x.test>", "DATA", "Subject: x", ""};

    /** A record of the queue file. */
    private record Piece(String text, boolean ends) {}

    private static MessageFile file(List<Piece> pieces) {
        return new MessageFile() {
            @Override
            public MessageContent content() {
                return new Cursor(pieces);
            }

            @Override
            public void markDone(long offset) {
                // Nobody looks.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    private static final class Cursor implements MessageContent {
        private final List<Piece> pieces;
        private int at = -1;

        Cursor(List<Piece> pieces) {
            this.pieces = pieces;
        }

        @Override
        public boolean next() {
            return ++at < pieces.size();
        }

        @Override
        public byte[] bytes() {
            return pieces.get(at).text.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return pieces.get(at).text.length();
        }

        @Override
        public boolean endsLine() {
            return pieces.get(at).ends;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static List<Piece> pieces(Random random) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(4); n > 0; n--) {
                text.append(ODD[random.nextInt(ODD.length)]);
            }
            pieces.add(new Piece(text.toString(), random.nextInt(4) > 0));
        }
        return pieces;
    }

    /** With the content as it is, with its addresses mapped, looked at by checks, and made fit for seven bits. */
    @Test
    void oneMessageGoesOutWhateverTheQueueHolds() throws IOException {
        List<String[]> ways = List.of(new String[0], new String[]{"smtp_generic_maps", "inline:{x@y=z@y}"},
                new String[]{"smtp_body_checks", "regexp:{{/none/ IGNORE}}", "smtp_header_checks",
                        "regexp:{{/none/ IGNORE}}"},
                new String[]{"smtp_line_length_limit", "5"});
        Random random = new Random(20261122);
        for (String[] settings : ways) {
            for (String encoding : List.of("", "8bit")) {
                sends(random, encoding, settings);
            }
        }
    }

    private void sends(Random random, String encoding, String... settings) throws IOException {
        ContentSink sink = new ContentSink();
        try (FakeLineServer server = new FakeLineServer(sink::serve);
                ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, settings)) {
            for (int i = 0; i < MESSAGES / 8; i++) {
                rig.deliver(ClientRig.request(0, encoding, 0, "[127.0.0.1]:" + server.port(), "a@example.org"),
                        file(pieces(random)));
            }
            assertThat(rig.kept()).isEmpty();
        }
        assertThat(sink.contents()).hasSize(MESSAGES / 8);
        assertThat(sink.contents()).noneMatch(content -> content.replace("\r\n", "").matches("(?s).*[\r\n].*"));
        assertThat(sink.commands()).allMatch(line -> line.matches("EHLO .*|MAIL FROM:<sender@example.com>.*"
                + "|RCPT TO:<a@example.org>|DATA|QUIT|RSET"));
    }

    /** Who has asked for them to be kept finds them there; the message still ends where it ends. */
    @Test
    void carriageReturnsStayWhereTheyAreWanted() throws IOException {
        ContentSink sink = new ContentSink();
        try (FakeLineServer server = new FakeLineServer(sink::serve);
                ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "cleanup_replace_stray_cr_lf", "no")) {
            rig.deliver(ClientRig.request(0, "", 0, "[127.0.0.1]:" + server.port(), "a@example.org"),
                    file(List.of(new Piece("a\r.\rb", true))));
        }
        assertThat(sink.contents()).containsExactly("\r\na\r.\rb\r\n.\r\n");
    }
}
