package org.postrider.common.delivery;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes delays as the log has them: two significant digits, at most delay_logging_resolution_limit decimals, no trailing zeros;
 * from ten seconds on whole seconds.
 *
 * @param digits most decimals
 */
public record DelayText(int digits) {
    private static final int SIGNIFICANT = 2;
    private static final long WHOLE = 10_000_000L;

    /** The text for a delay in microseconds. */
    public String of(long micros) {
        BigDecimal seconds = BigDecimal.valueOf(micros, 6);
        int decimals = 0;
        if (micros < WHOLE && micros > 0) {
            int leading = seconds.precision() - seconds.scale();
            decimals = Math.min(digits, SIGNIFICANT - leading);
        }
        BigDecimal rounded = seconds.setScale(decimals, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
