package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapedTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"plain|70 6c 61 69 6e", "\\r\\n|0d 0a",
            "\\a\\b\\f\\t\\v|07 08 0c 09 0b",
            "\\0|00", "\\377x|ff 78", "\\1234|53 34", "\\18|01 38", "\\q\\\\|71 5c", "a\\|61 5c"})
    void escapesAreBytes(String text, String bytes) {
        StringBuilder hex = new StringBuilder();
        for (char c : EscapedText.unescaped(text).toCharArray()) {
            hex.append(hex.isEmpty() ? "" : " ").append(String.format("%02x", (int) c));
        }
        assertThat(hex).hasToString(bytes);
    }
}
