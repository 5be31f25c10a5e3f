package org.postrider.commands;

import java.util.Locale;

/**
 * One thing that {@code postfix check --strict} has found.
 *
 * @param file in which it stands
 * @param line from 1; 0 when it is about the file as a whole, or about what is missing from it
 * @param reason what is wrong, with the name it is about
 * @param advice what to do; empty when the reason says it
 */
record Finding(Kind kind, String file, int line, String reason, String advice) {

    /** How bad it is. */
    enum Severity {
        /** Mail is refused, lost from sight or relayed for anybody, or a program does not start. */
        ERROR,
        /** Not what was meant, most likely. */
        WARNING
    }

    /** What can be found; the ids are part of the output, and headings of {@link #PAGE}. */
    enum Kind {
        /** A line that can't be read. */
        SYNTAX(Severity.ERROR),
        /** A value that its parameter can't have. */
        BAD_VALUE(Severity.ERROR),
        /** Anybody may send mail to anywhere. */
        OPEN_RELAY(Severity.ERROR),
        /** A table that is not there. */
        MISSING_TABLE(Severity.ERROR),
        /** A table that can't be opened or asked. */
        BROKEN_TABLE(Severity.ERROR),
        /** A word in a list of restrictions that is none. */
        UNKNOWN_RESTRICTION(Severity.ERROR),
        /** A service that is named and not in master.cf. */
        MISSING_SERVICE(Severity.ERROR),
        /** A service whose program is not there. */
        MISSING_PROGRAM(Severity.ERROR),
        /** A name that is nearly that of a parameter. */
        UNKNOWN_PARAMETER(Severity.WARNING),
        /** A name that nothing uses. */
        UNUSED_PARAMETER(Severity.WARNING),
        /** {@code $name} that nobody defines. */
        UNDEFINED_NAME(Severity.WARNING),
        /** A parameter that changes nothing here. */
        NO_EFFECT(Severity.WARNING),
        /** A name on its way out. */
        DEPRECATED_PARAMETER(Severity.WARNING),
        /** A restriction of smtpd that will not be there in later versions. */
        DEPRECATED_RESTRICTION(Severity.WARNING),
        /** A value that a later line replaces. */
        REPEATED_PARAMETER(Severity.WARNING),
        /** A setting without effect. */
        READ_ONLY_PARAMETER(Severity.WARNING),
        /** Text meant as a comment that is part of a value. */
        COMMENT_IN_VALUE(Severity.WARNING),
        /** A restriction after one that always decides. */
        UNREACHABLE_RESTRICTION(Severity.WARNING),
        /** An index older than its source. */
        STALE_TABLE(Severity.WARNING),
        /** A setting of a database client that it does not know. */
        UNUSED_TABLE_SETTING(Severity.WARNING),
        /** Two services of one name and type. */
        REPEATED_SERVICE(Severity.WARNING),
        /** A default of an old version that counts because of compatibility_level. */
        LEGACY_DEFAULT(Severity.WARNING),
        /** A file of another owner than it should have. */
        WRONG_OWNER(Severity.WARNING),
        /** A file that the wrong users may read or write. */
        WRONG_MODE(Severity.WARNING);

        private final Severity severity;

        Kind(Severity severity) {
            this.severity = severity;
        }

        Severity severity() {
            return severity;
        }

        /** As printed: {@code unknown-parameter}. */
        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Where every kind is explained. */
    static final String PAGE = "docs/checks.md";

    /** One line for a person. */
    String text() {
        return file + (line > 0 ? ":" + line : "") + ": " + severity() + ": " + reason
                + (advice.isEmpty() ? "" : "; " + advice) + " [" + kind.id() + "]";
    }

    /** One line for a program. */
    String json() {
        String where = Json.object("id", kind.id(), "severity", severity(), "file", file);
        String why = Json.object("reason", reason, "advice", advice, "page", PAGE + '#' + kind.id());
        return where.substring(0, where.length() - 1) + ", \"line\": " + line + ", " + why.substring(1);
    }

    private String severity() {
        return kind.severity().name().toLowerCase(Locale.ROOT);
    }
}
