package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WholeTextTest {
    private static InputStream of(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsThereInTimeIsReadToItsEnd() throws IOException {
        assertThat(WholeText.read(of("ä".repeat(10_000)), 20_000, Duration.ofMinutes(1))).isEqualTo("ä".repeat(10_000));
        assertThat(WholeText.read(of(""), 0, Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void oneByteTooManyIsTooMuch() {
        assertThatThrownBy(() -> WholeText.read(of("xxxx"), 3, Duration.ofMinutes(1))).isInstanceOf(IOException.class)
                .hasMessage("more than 3 bytes");
    }

    /** Each byte comes soon enough, and there is no end of them. */
    @Test
    void whoDribblesIsNotWaitedForLongerThanTheLimit() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                into[offset] = 'x';
                return 1;
            }
        };
        assertThatThrownBy(() -> WholeText.read(endless, Integer.MAX_VALUE, Duration.ofMillis(20)))
                .isInstanceOf(IOException.class).hasMessage("not complete within 0 seconds");
    }
}
