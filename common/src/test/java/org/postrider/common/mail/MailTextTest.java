package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailTextTest {
    @ParameterizedTest
    @CsvSource({"0,0", "4,0", "56,0.06", "123,0.12", "996,1", "1260,1.3", "9960,10", "10400,10", "15000,15", "100,0.1"})
    void delays(long millis, String expected) {
        assertThat(new DelayFormat(2).format(Duration.ofMillis(millis))).isEqualTo(expected);
    }

    @Test
    void finerDelays() {
        assertThat(new DelayFormat(4).format(Duration.ofNanos(12_345_000))).isEqualTo("0.012");
        assertThat(new DelayFormat(0).format(Duration.ofMillis(1260))).isEqualTo("1");
    }

    @Test
    void dates() {
        Instant time = Instant.parse("2026-11-01T06:05:04Z");
        assertThat(MailDate.rfc5322(time, ZoneOffset.UTC)).isEqualTo("Sun,  1 Nov 2026 06:05:04 +0000 (UTC)");
        assertThat(MailDate.rfc5322(time, ZoneId.of("Europe/Berlin")))
                .isEqualTo("Sun,  1 Nov 2026 07:05:04 +0100 (CET)");
        assertThat(MailDate.asctime(time, ZoneOffset.UTC)).isEqualTo("Sun Nov  1 06:05:04 2026");
    }

    @Test
    void statusInFrontOfText() {
        assertThat(DsnStatus.of("5.7.1 go away", "5.0.0")).isEqualTo(new DsnStatus("5.7.1", "go away"));
        assertThat(DsnStatus.of("5.7.1x go", "5.0.0")).isEqualTo(new DsnStatus("5.0.0", "5.7.1x go"));
        assertThat(DsnStatus.of("4.3.2", "5.0.0").withClass('5').code()).isEqualTo("5.3.2");
        assertThat(DsnStatus.isCode("2.1.555")).isTrue();
        assertThat(DsnStatus.isCode("3.1.5")).isFalse();
    }

    @Test
    void xtext() {
        assertThat(Xtext.encode("a+b=c d")).isEqualTo("a+2Bb+3Dc+20d");
        assertThat(Xtext.decode("a+2Bb+3Dc+20d")).isEqualTo(Optional.of("a+b=c d"));
        assertThat(Xtext.decode("a+2")).isEmpty();
    }

    @Test
    void verp() {
        Recipient recipient = new Recipient(0, "x@y", "user@site", "", 0);
        assertThat(Verp.sender("owner@dom", recipient, "+=")).isEqualTo("owner+user=site@dom");
        assertThat(Verp.sender("", recipient, "+=")).isEmpty();
    }

    @Test
    void headerFields() {
        assertThat(HeaderField.parse("To : a\n b")).contains(new HeaderField("To", " a\n b"));
        assertThat(HeaderField.parse("no field")).isEmpty();
        assertThat(HeaderName.of("message-ID")).isEqualTo(HeaderName.MESSAGE_ID);
        assertThat(HeaderName.of("x-foo")).isNull();
    }
}
