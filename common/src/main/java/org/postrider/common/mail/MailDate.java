package org.postrider.common.mail;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;

/** Dates as they stand in messages and listings. */
public final class MailDate {
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xx", Locale.ROOT);
    private static final DateTimeFormatter ZONE_NAME = DateTimeFormatter.ofPattern("z", Locale.US);
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] MONTHS = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
            "Nov", "Dec"};

    private MailDate() {}

    /** RFC 5322 date with the zone's name as a comment: {@code Sat, 21 Nov 2026 06:20:26 +0000 (UTC)}. */
    public static String rfc5322(Instant time, ZoneId zone) {
        ZonedDateTime local = time.atZone(zone);
        StringBuilder text = new StringBuilder(40).append(DAYS[local.getDayOfWeek().getValue() - 1]).append(", ");
        padded(text, local.getDayOfMonth(), ' ');
        text.append(' ').append(MONTHS[local.getMonthValue() - 1]).append(' ').append(local.getYear()).append(' ');
        clock(text, local);
        return text.append(' ').append(OFFSET.format(local)).append(" (").append(zoneName(local)).append(')')
                .toString();
    }

    /** asctime(3) without line end, as in an mbox {@code From } line: {@code Sat Nov 21 06:20:26 2026}. */
    public static String asctime(Instant time, ZoneId zone) {
        ZonedDateTime local = time.atZone(zone);
        StringBuilder text = new StringBuilder(24).append(DAYS[local.getDayOfWeek().getValue() - 1]).append(' ')
                .append(MONTHS[local.getMonthValue() - 1]).append(' ');
        padded(text, local.getDayOfMonth(), ' ');
        text.append(' ');
        clock(text, local);
        return text.append(' ').append(local.getYear()).toString();
    }

    private static String zoneName(ZonedDateTime local) {
        String id = local.getZone().getId();
        return id.equals("Z") || id.equals("UTC") || id.equals("Etc/UTC")
                ? "UTC"
                : id.contains("/")
                        ? ZONE_NAME.format(local)
                        : local.getZone().getDisplayName(TextStyle.SHORT,
                                Locale.US);
    }

    private static void clock(StringBuilder text, ZonedDateTime local) {
        padded(text, local.getHour(), '0');
        text.append(':');
        padded(text, local.getMinute(), '0');
        text.append(':');
        padded(text, local.getSecond(), '0');
    }

    private static void padded(StringBuilder text, int number, char fill) {
        if (number < 10) {
            text.append(fill);
        }
        text.append(number);
    }
}
