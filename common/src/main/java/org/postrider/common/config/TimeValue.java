package org.postrider.common.config;

/** A time as main.cf has them: digits and at most one unit letter that counts ({@code 10seconds} is 10s, {@code 1h30m} is 1h). */
public final class TimeValue {
    private TimeValue() {}

    /** Seconds; -1 when the text is no time, is negative or is too long for a 32-bit number of seconds. */
    public static long seconds(String text, char defaultUnit) {
        int start = Braces.skipSpace(text, 0);
        int at = start < text.length() && text.charAt(start) == '+' ? start + 1 : start;
        int digits = at;
        long value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = Math.min(Integer.MAX_VALUE + 1L, value * 10 + text.charAt(at) - '0');
            at++;
        }
        if (at == digits) {
            return -1;
        }
        long factor = factor(at < text.length() ? text.charAt(at) : defaultUnit);
        long seconds = value * factor;
        return factor < 0 || seconds > Integer.MAX_VALUE ? -1 : seconds;
    }

    private static long factor(char unit) {
        return switch (unit) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            case 'w' -> 604_800;
            default -> -1;
        };
    }
}
