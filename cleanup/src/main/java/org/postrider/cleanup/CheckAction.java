package org.postrider.cleanup;

import java.util.Locale;
import java.util.Optional;

/**
 * The right-hand side of a header_checks(5) or body_checks(5) table.
 *
 * @param text what follows the action's name, may be empty
 */
record CheckAction(Kind kind, String text) {
    /** The actions. OK is DUNNO. */
    enum Kind {
        BCC, DISCARD, DUNNO, FILTER, HOLD, IGNORE, INFO, OK, PASS, PREPEND, REDIRECT, REJECT, REPLACE, STRIP, WARN;

        /** As log lines name it. */
        String title() {
            return this == WARN ? "warning" : name().toLowerCase(Locale.ROOT);
        }
    }

    /** Empty when there is no such action. */
    static Optional<CheckAction> parse(String value) {
        String trimmed = value.strip();
        int end = 0;
        while (end < trimmed.length() && !Character.isWhitespace(trimmed.charAt(end))) {
            end++;
        }
        String name = trimmed.substring(0, end).toUpperCase(Locale.ROOT);
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(name)) {
                return Optional.of(new CheckAction(kind, trimmed.substring(end).strip()));
            }
        }
        return Optional.empty();
    }
}
