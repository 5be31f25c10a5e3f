package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of a stream, asked for by several threads. */
class ManyKeysTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private boolean ask(String keys, int threads) throws IOException {
        return new ManyKeys((key, to) -> {
            if (key.equals("broken")) {
                throw new IOException("no answer");
            }
            boolean found = key.startsWith("k");
            if (found) {
                to.writeBytes((key + "\n").getBytes(StandardCharsets.ISO_8859_1));
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

    /** Only a newline ends a line, wherever the buffer ends. */
    @Test
    void linesAreBytesUpToANewline() throws IOException {
        String text = "ka\rb\n\nk" + "x".repeat(200_000) + "\nkend";
        assertThat(ask(text, 2)).isTrue();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("ka\rb\nk" + "x".repeat(200_000) + "\nkend\n");
    }
}
