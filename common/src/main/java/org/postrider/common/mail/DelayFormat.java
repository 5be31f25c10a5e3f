package org.postrider.common.mail;

import java.time.Duration;

/**
 * The numbers of {@code delay=} and {@code delays=}: seconds with two significant digits, no more decimals than
 * delay_logging_resolution_limit, no trailing zeros; whole seconds from ten on.
 */
public final class DelayFormat {
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final long[] POWERS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000};

    private final int mostDecimals;

    /** @param mostDecimals 0 to 6; Postfix's default is 2 */
    public DelayFormat(int mostDecimals) {
        this.mostDecimals = mostDecimals;
    }

    /** The text for a delay; negative delays, which a clock change can make, count as zero. */
    public String format(Duration delay) {
        long micros = delay.isNegative() ? 0 : delay.getSeconds() * 1_000_000 + delay.getNano() / 1000;
        int decimals = decimals(micros);
        long unit = POWERS[6 - decimals];
        long rounded = (micros + unit / 2) / unit;
        if (decimals > 0 && rounded >= POWERS[decimals] * 10) {
            // Rounding up gave one digit more: 9.96 is 10, not 10.0, and the same below.
            rounded = (rounded + 5) / 10;
            decimals--;
        }
        return decimal(rounded, decimals);
    }

    private int decimals(long micros) {
        int decimals = SIGNIFICANT_DIGITS - 1;
        for (long limit = 1_000_000; decimals < mostDecimals && micros < limit; limit /= 10) {
            decimals++;
        }
        return Math.min(micros >= 10_000_000 ? 0 : decimals, mostDecimals);
    }

    private static String decimal(long number, int decimals) {
        long whole = number / POWERS[decimals];
        long rest = number % POWERS[decimals];
        if (rest == 0) {
            return Long.toString(whole);
        }
        StringBuilder fraction = new StringBuilder(Long.toString(rest));
        while (fraction.length() < decimals) {
            fraction.insert(0, '0');
        }
        while (fraction.charAt(fraction.length() - 1) == '0') {
            fraction.setLength(fraction.length() - 1);
        }
        return whole + "." + fraction;
    }
}
