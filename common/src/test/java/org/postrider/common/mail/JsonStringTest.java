package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonStringTest {
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatIsSpecialIsEscaped() {
        assertThat(JsonString.quoted("a \"b\" \\c/")).isEqualTo("\"a \\\"b\\\" \\\\c/\"");
        assertThat(JsonString.quoted("\t\0\u007f")).isEqualTo("\"???\"");
    }

    @Test
    void utf8StaysAndOtherBytesGo() {
        String text = bytes("b\u00fccher \ud83d\ude00");
        assertThat(JsonString.quoted(text)).isEqualTo('"' + text + '"');
        assertThat(JsonString.quoted("x\u00ff\u00c3y")).isEqualTo("\"x??y\"");
    }
}
