package org.postrider.common.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What the client sends after DATA holds no second end of data, whatever the lines are: the strictest server and one that takes every
 * line end read the same message, and nothing is left behind it. Seeded.
 */
class OutwardSmugglingTest {
    private static final int ROUNDS = 20_000;
    private static final int LIMIT = 1000;
    private static final String[] PIECES = {".", "..", "", "a", ".a", " .", "MAIL FROM:<x@y>", "DATA", "QUIT",
            "b".repeat(9)};

    /** Sends the lines in pieces, and the end. */
    private static String sent(String[] lines, int limit, Random random) throws IOException {
        return sent(lines, limit, random, false);
    }

    private static String sent(String[] lines, int limit, Random random, boolean replacesStray) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DotStuffer stuffer = new DotStuffer(out, limit, replacesStray);
        for (String line : lines) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            int cut = random.nextInt(bytes.length + 1);
            if (cut > 0) {
                stuffer.piece(bytes, 0, cut, false);
            }
            stuffer.piece(bytes, cut, bytes.length, true);
        }
        stuffer.end();
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String read(String wire, BareNewline mode) throws IOException {
        StringBuilder content = new StringBuilder();
        var in = Windows.of(wire + "!", LIMIT);
        new DataReader(in, LIMIT, mode).read((bytes, from, to, end) -> content
                .append(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)).append(end ? "\n" : ""));
        return content + "rest:" + in.available();
    }

    /** Behind the first end of data that RFC 5321 knows. */
    private static int firstEnd(String wire) {
        return ("\r\n" + wire).indexOf("\r\n.\r\n") + 3;
    }

    private static String[] lines(Random random, String alphabet) {
        String[] lines = new String[random.nextInt(8)];
        for (int i = 0; i < lines.length; i++) {
            StringBuilder line = new StringBuilder();
            for (int n = random.nextInt(4); n > 0; n--) {
                line.append(PIECES[random.nextInt(PIECES.length)]);
                if (!alphabet.isEmpty()) {
                    line.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            lines[i] = line.toString();
        }
        return lines;
    }

    @Test
    void linesAreReadAlikeByAllServers() throws IOException {
        Random random = new Random(20261122);
        for (int round = 0; round < ROUNDS; round++) {
            String[] lines = lines(random, "");
            String wire = sent(lines, 0, random);
            String expected = String.join("\n", lines) + (lines.length == 0 ? "" : "\n") + "rest:1";
            for (BareNewline mode : BareNewline.values()) {
                assertThat(read(wire, mode)).isEqualTo(expected);
            }
            assertThat(wire.replace("\r\n", "")).doesNotContain("\r", "\n");
        }
    }

    @Test
    void linesThatAreBrokenBeginWithABlank() throws IOException {
        Random random = new Random(20261123);
        for (int round = 0; round < ROUNDS; round++) {
            String wire = sent(lines(random, ""), 2 + random.nextInt(9), random);
            assertThat(firstEnd(wire)).isEqualTo(wire.length());
            assertThat(read(wire, BareNewline.NO)).isEqualTo(read(wire, BareNewline.NORMALIZE)).endsWith("rest:1");
        }
    }

    /** With cleanup_replace_stray_cr_lf = no they may come so far; a server that goes by the standard is not fooled. */
    @Test
    void strayCarriageReturnsEndNothingForAServerThatGoesByTheStandard() throws IOException {
        Random random = new Random(20261124);
        for (int round = 0; round < ROUNDS; round++) {
            String wire = sent(lines(random, "\r\0\u00ff"), 0, random);
            assertThat(read(wire, BareNewline.NORMALIZE)).endsWith("rest:1");
            assertThat(firstEnd(wire)).isEqualTo(wire.length());
        }
    }

    @Test
    void strayLineEndsBecomeBlanks() throws IOException {
        Random random = new Random(20261125);
        for (int round = 0; round < ROUNDS; round++) {
            String[] lines = lines(random, "\r\n\0");
            String wire = sent(lines, 0, random, true);
            StringBuilder expected = new StringBuilder();
            for (String line : lines) {
                expected.append(line.replace('\r', ' ').replace('\n', ' ')).append('\n');
            }
            for (BareNewline mode : BareNewline.values()) {
                assertThat(read(wire, mode)).isEqualTo(expected + "rest:1");
            }
            assertThat(wire.replace("\r\n", "")).doesNotContain("\r", "\n");
        }
    }
}
