package org.postrider.common.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.slf4j.Marker;

/** Turns one event into the text after the colon: the severity word that Postfix writes, then the message, safe to print. */
final class LogLine {
    /** RFC 3164 severities. */
    static final int CRITICAL = 2;
    static final int ERROR = 3;
    static final int WARNING = 4;
    static final int INFORMATION = 6;
    static final int DEBUG = 7;

    private static final int LONGEST = 2000;

    private LogLine() {}

    static String text(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160).append(severityWord(event));
        String message = event.getFormattedMessage();
        int end = Math.min(message.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = message.charAt(i);
            line.append(c < ' ' || c == 127 ? '?' : c);
        }
        if (event.getThrowableProxy() != null) {
            line.append(": ").append(event.getThrowableProxy().getClassName()).append(": ")
                    .append(String.valueOf(event.getThrowableProxy().getMessage()).replace('\n', ' '));
        }
        return line.toString();
    }

    static int severity(ILoggingEvent event) {
        Level level = event.getLevel();
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return isMarked(event, Log.FATAL) || isMarked(event, Log.PANIC) ? CRITICAL : ERROR;
        }
        if (level.isGreaterOrEqual(Level.WARN)) {
            return WARNING;
        }
        return level.isGreaterOrEqual(Level.INFO) ? INFORMATION : DEBUG;
    }

    private static String severityWord(ILoggingEvent event) {
        if (isMarked(event, Log.FATAL)) {
            return "fatal: ";
        }
        if (isMarked(event, Log.PANIC)) {
            return "panic: ";
        }
        return switch (severity(event)) {
            case ERROR -> "error: ";
            case WARNING -> "warning: ";
            default -> "";
        };
    }

    private static boolean isMarked(ILoggingEvent event, Marker marker) {
        List<Marker> markers = event.getMarkerList();
        return markers != null && markers.contains(marker);
    }
}
