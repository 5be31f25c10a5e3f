package org.postrider.common.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.smtp.SmtpLineReader.Line;

class SmtpLineReaderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void readsLines(int size) throws IOException {
        SmtpLineReader reader = new SmtpLineReader(Windows.of("EHLO x\r\nNOOP\n\r\na\rb\r\r\nQUI", size), 100);
        assertThat(reader.read()).isEqualTo(new Line.Text("EHLO x", false));
        assertThat(reader.read()).isEqualTo(new Line.Text("NOOP", true));
        assertThat(reader.read()).isEqualTo(new Line.Text("", false));
        assertThat(reader.read()).isEqualTo(new Line.Text("a\rb", false));
        assertThat(reader.read()).isEqualTo(new Line.End("QUI"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9, 10, 11, 12, 13, 8192})
    void keepsNoMoreThanTheLimit(int size) throws IOException {
        String exact = "x".repeat(10);
        SmtpLineReader reader = new SmtpLineReader(
                Windows.of(exact + "\r\n" + exact + "y\r\n" + "z".repeat(1_000_000) + "\r\nNOOP\r\n", size), 10);
        assertThat(reader.read()).isEqualTo(new Line.Text(exact, false));
        assertThat(reader.read()).isEqualTo(new Line.TooLong(exact));
        assertThat(reader.read()).isEqualTo(new Line.TooLong("z".repeat(10)));
        assertThat(reader.read()).isEqualTo(new Line.Text("NOOP", false));
    }

    @Test
    void anEndlessLineEndsWithTheStream() throws IOException {
        SmtpLineReader reader = new SmtpLineReader(Windows.of("z".repeat(100_000), 4096), 10);
        assertThat(reader.read()).isEqualTo(new Line.End("z".repeat(10)));
    }
}
