package org.postrider.smtpd;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How often each command was given and how often it succeeded, for the line that says {@code disconnect}. One session's. */
final class CommandCounts {
    private static final List<String> ORDER = List.of("HELO", "EHLO", "XCLIENT", "XFORWARD", "STARTTLS", "AUTH", "MAIL",
            "RCPT", "DATA", "BDAT", "RSET", "NOOP", "VRFY", "ETRN", "QUIT", "HELP");
    static final String UNKNOWN = "UNKNOWN";

    private record Count(int good, int total) {}

    private final Map<String, Count> counts = new TreeMap<>();
    private int good;
    private int total;

    /** A command was answered. */
    void add(String verb, boolean success) {
        Count before = counts.getOrDefault(verb, new Count(0, 0));
        counts.put(verb, new Count(before.good + (success ? 1 : 0), before.total + 1));
        good += success ? 1 : 0;
        total++;
    }

    /** {@code  ehlo=1 mail=1 rcpt=0/1 commands=2/3}, with a blank in front. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (String verb : ORDER) {
            append(line, verb);
        }
        append(line, UNKNOWN);
        line.append(" commands=").append(good);
        if (good != total || total == 0) {
            line.append('/').append(total);
        }
        return line.toString();
    }

    private void append(StringBuilder line, String verb) {
        Count count = counts.get(verb);
        if (count != null) {
            line.append(' ').append(verb.toLowerCase(Locale.ROOT)).append('=').append(count.good);
            if (count.good != count.total) {
                line.append('/').append(count.total);
            }
        }
    }
}
