package org.postrider.common.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The beginning of a line in a log file, as syslogd and postlogd(8) write it: {@code Nov  1 12:34:56 host }. One thread. */
final class LogFormat {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

    private final String host;
    private final ZoneId zone;
    private long second = Long.MIN_VALUE;
    private String stamp = "";

    /** @param host the name to write, normally the first label of the host's name */
    LogFormat(String host, ZoneId zone) {
        this.host = host;
        this.zone = zone;
    }

    String line(long micros, String text) {
        long now = Math.floorDiv(micros, 1_000_000L);
        if (now != second) {
            second = now;
            stamp = STAMP.format(Instant.ofEpochSecond(now).atZone(zone)) + ' ' + host + ' ';
        }
        return stamp + text + '\n';
    }

    /** The stamp without the host, for a syslog datagram. */
    static String stamp(long micros, ZoneId zone) {
        return STAMP.format(Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L)).atZone(zone));
    }
}
