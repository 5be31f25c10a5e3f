package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of a stream, asked for by several threads. */
class ManyKeysTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private boolean ask(String keys, int threads) throws IOException {
        return new ManyKeys((key, _, to) -> {
            if (key.equals("broken")) {
                throw new IOException("no answer");
            }
            boolean found = key.startsWith("k");
            if (found) {
                to.append(key).append('\n');
            }
            return found;
        }, threads, out).ask(new ByteLines(
                new ByteArrayInputStream(keys.getBytes(StandardCharsets.ISO_8859_1))));
    }

    private static String keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "999, 2", "1000, 2", "1001, 3", "20500, 4", "20500, 1"})
    void answersComeInTheOrderOfTheKeys(int count, int threads) throws IOException {
        assertThat(ask(keys(count), threads)).isEqualTo(count > 0);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(keys(count));
    }

    @Test
    void nothingIsFound() throws IOException {
        assertThat(ask("none\n".repeat(5000), 2)).isFalse();
        assertThat(out.size()).isZero();
    }

    @Test
    void aKeyThatIsNotUtf8IsAskedInItsPlace() throws IOException {
        String text = keys(2500) + "k\u00ff\n" + keys(10);
        assertThat(ask(text, 2)).isTrue();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(text);
    }

    @Test
    void whatComesBeforeAFailureIsWritten() {
        assertThatThrownBy(() -> ask(keys(4321) + "broken\n" + keys(5000), 2)).isInstanceOf(IOException.class)
                .hasMessage("no answer");
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(keys(4321));
    }

    /** Whoever reads the answers need not give the second key before the first answer. */
    @Test
    void oneThreadAnswersBeforeItReadsOn() throws IOException {
        InputStream keys = new InputStream() {
            private int given;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int start, int length) {
                assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(keys(given));
                byte[] line = ("k" + given + "\n").getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(line, 0, into, start, line.length);
                given++;
                return given > 3 ? -1 : line.length;
            }
        };
        assertThat(new ManyKeys((key, _, to) -> {
            to.append(key).append('\n');
            return true;
        }, 1, out).ask(new ByteLines(keys))).isTrue();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(keys(3));
    }

    @Test
    void keysAreSaidToBeAsciiOrNot() throws IOException {
        List<String> seen = new ArrayList<>();
        String text = "a\n\u00e4\nb" + "x".repeat(70_000) + "\n\u00ff" + "y".repeat(70_000) + "\nc";
        for (int threads : new int[]{1, 2}) {
            boolean _ = new ManyKeys((key, ascii, _) -> seen.add(key.charAt(0) + " " + ascii), threads, out)
                    .ask(new ByteLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1))));
            assertThat(seen).containsExactly("a true", "\u00e4 false", "b true", "\u00ff false", "c true");
            seen.clear();
        }
    }

    /** Only a newline ends a line, wherever the buffer ends. */
    @Test
    void linesAreBytesUpToANewline() throws IOException {
        String text = "ka\rb\n\nk" + "x".repeat(200_000) + "\nkend";
        assertThat(ask(text, 2)).isTrue();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("ka\rb\nk" + "x".repeat(200_000) + "\nkend\n");
    }
}
