package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Text made by chance, the same on every run: nothing breaks, and what was written is read back. */
class AddressChanceTest {
    private static final String LETTERS = "ab@.,;:<>()[]\"\\ !%\t\n\u00e9";
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(20261121);

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(14);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    @Test
    void quotingIsUndone() {
        for (int i = 0; i < ROUNDS; i++) {
            String local = text();
            if (local.isEmpty()) {
                continue;
            }
            String internal = local + "@dom";
            assertThat(Address.toInternal(Address.toExternal(internal))).isEqualTo(internal);
        }
    }

    @Test
    void listsAreReadBackAsTheyWereWritten() {
        for (int i = 0; i < ROUNDS; i++) {
            AddressList list = AddressList.parse(text());
            String once = list.format();
            assertThat(list.fold("To").replace("\n\t", " "))
                    .isEqualTo("To:" + (once.isEmpty() ? "" : " " + once.replace("\n\t", " ")));
            if (!hasOpeners(once)) {
                assertThat(AddressList.parse(once).format()).isEqualTo(once);
            }
        }
    }

    /** Openers swallow punctuation that is added behind them, and a colon means more or less by what is before it. */
    private static boolean hasOpeners(String text) {
        return text.chars().anyMatch(c -> "\"([\\<:".indexOf(c) >= 0);
    }

    @Test
    void everyByteOfAMessageComesOut() throws IOException {
        String[] pieces = {"Content-Type: multipart/mixed; boundary=b", "--b", "--b--", "", " folded", "text", "A: b",
                "Content-Type: message/rfc822", "\u00e9"};
        for (int i = 0; i < ROUNDS / 10; i++) {
            StringBuilder expected = new StringBuilder();
            Collector collector = new Collector();
            MimeState state = new MimeState(MimeState.Limits.DEFAULT, collector);
            for (int line = random.nextInt(12); line > 0; line--) {
                String piece = pieces[random.nextInt(pieces.length)];
                expected.append(piece).append('\n');
                byte[] bytes = piece.getBytes(StandardCharsets.ISO_8859_1);
                state.line(bytes, 0, bytes.length, true);
            }
            state.end();
            assertThat(withoutEmptyLines(collector.text)).isEqualTo(withoutEmptyLines(expected));
        }
    }

    /** An empty line is put in where text follows a header at once. */
    private static String withoutEmptyLines(StringBuilder text) {
        return text.toString().replaceAll("\n+", "\n").replaceFirst("^\n", "");
    }

    private static final class Collector implements MimeSink {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void header(Section section, String field) {
            text.append(field).append('\n');
        }

        @Override
        public void headerEnd() {}

        @Override
        public void body(byte[] bytes, int offset, int length, boolean complete, long position) {
            text.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1)).append('\n');
        }
    }
}
