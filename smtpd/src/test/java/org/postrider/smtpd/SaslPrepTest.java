package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The examples of RFC 4013 section 3, and what is not text. */
class SaslPrepTest {
    private static Optional<String> prepared(String text) {
        return SaslPrep.prepare(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .map(bytes -> new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    @Test
    void examples() {
        assertThat(prepared("I\u00adX")).contains("IX");
        assertThat(prepared("user")).contains("user");
        assertThat(prepared("USER")).contains("USER");
        assertThat(prepared("\u00aa")).contains("a");
        assertThat(prepared("\u2168")).contains("IX");
        assertThat(prepared("\u0007")).isEmpty();
        assertThat(prepared("\u06271")).isEmpty();
    }

    @Test
    void more() {
        assertThat(prepared("a\u00a0b\u3000c")).contains("a b c");
        assertThat(prepared("e\u0301")).contains("\u00e9");
        assertThat(prepared("\u0627\u0628")).contains("\u0627\u0628");
        assertThat(prepared("\u06271\u0628")).contains("\u06271\u0628");
        assertThat(prepared("\u0627a\u0628")).isEmpty();
        assertThat(prepared("\ue000")).isEmpty();
        assertThat(prepared("\ufdd0")).isEmpty();
        assertThat(prepared("\ufffd")).isEmpty();
        assertThat(prepared("\u202e")).isEmpty();
        assertThat(prepared("\u00ad")).isEmpty();
        assertThat(prepared("")).isEmpty();
        assertThat(SaslPrep.prepare("\u00ff\u00fe")).isEmpty();
    }
}
