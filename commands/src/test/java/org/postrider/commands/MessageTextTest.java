package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;

class MessageTextTest {
    /** The lines, each behind a bar. */
    private static String lines(String input, String returns) throws IOException {
        MessageText text = new MessageText(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)), true,
                MessageText.Returns.of(returns), 1000);
        StringBuilder lines = new StringBuilder();
        while (text.next()) {
            lines.append('|').append(new String(text.bytes(), 0, text.length(), StandardCharsets.ISO_8859_1));
        }
        return lines.toString();
    }

    @Test
    void returnsAtTheEndsOfLinesGo() throws IOException {
        assertThat(lines("a\r\nb\nc\r\n", "always")).isEqualTo("|a|b|c");
        assertThat(lines("a\nb\r\n", "always")).isEqualTo("|a|b");
        assertThat(lines("a\rb\r\n.\r\nc", "always")).isEqualTo("|a\rb");
    }

    @Test
    void orOnlyWhereTheFirstLineHasOne() throws IOException {
        assertThat(lines("a\r\nb\r\n", "strict")).isEqualTo("|a|b");
        assertThat(lines("a\nb\r\n", "strict")).isEqualTo("|a|b\r");
        assertThat(lines("a\r\nb\r\n", "never")).isEqualTo("|a\r|b\r");
        assertThatThrownBy(() -> MessageText.Returns.of("bogus")).isInstanceOf(ConfigurationException.class);
    }
}
