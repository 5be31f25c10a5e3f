package org.postrider.services;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the statistics lines give them: {@code Nov  1 12:34:56}. */
final class PostfixTime {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

    private PostfixTime() {}

    static String monthDayTime(Instant time) {
        return FORM.format(time.atZone(ZoneId.systemDefault()));
    }
}
