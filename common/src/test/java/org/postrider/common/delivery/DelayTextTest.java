package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayTextTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "4000, 0", "12345, 0.01", "123456, 0.12", "105000, 0.11", "100000, 0.1", "1000000, 1",
            "1260000, 1.3", "9970000, 10", "15400000, 15", "1234000000, 1234"})
    void twoSignificantDigits(long micros, String text) {
        assertThat(new DelayText(2).of(micros)).isEqualTo(text);
    }

    @Test
    void moreDecimalsWhenAllowed() {
        assertThat(new DelayText(6).of(123)).isEqualTo("0.00012");
        assertThat(new DelayText(0).of(600_000)).isEqualTo("1");
    }

    @Test
    void addressesAreQuotedAndUnquoted() {
        assertThat(QuotedAddress.external("a b\"c@x.org")).isEqualTo("\"a b\\\"c\"@x.org");
        assertThat(QuotedAddress.internal("\"a b\\\"c\"@x.org")).isEqualTo("a b\"c@x.org");
        assertThat(QuotedAddress.external("joe@x.org")).isEqualTo("joe@x.org");
    }
}
