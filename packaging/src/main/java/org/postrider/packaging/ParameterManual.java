package org.postrider.packaging;

import java.util.List;
import java.util.Map;
import org.postrider.common.config.DeprecatedParameters;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterReference;
import org.postrider.common.config.ParameterType;

/**
 * Writes the manual page postconf(5), in the macros of man(7), from the catalogue: for every parameter its default, what it is
 * for, type, unit, bounds, which programs use it and since when. Used once.
 */
final class ParameterManual {
    private static final String RUNTIME = "the host decides";

    private final StringBuilder page = new StringBuilder(300_000);
    private final Map<String, String> deprecated = DeprecatedParameters.standard().names();

    private ParameterManual() {}

    /** The page. */
    static String write(String version) {
        ParameterManual manual = new ParameterManual();
        manual.begin(version);
        List<ParameterReference.Entry> entries = ParameterReference.entries();
        manual.section("PARAMETERS", entries.stream().filter(entry -> entry.name().indexOf('<') < 0).toList());
        manual.page.append("""
                .SH "PARAMETERS OF A TRANSPORT"
                In place of \\fItransport\\fR stands the name of a service in master.cf.
                """);
        manual.entries(entries.stream().filter(entry -> entry.name().startsWith("<transport>")).toList());
        manual.page
                .append("""
                        .SH "SETTINGS OF DATABASE TABLES"
                        They stand in the file that a table names (\\fBldap:/path\\fR), without what is before the first _; or in
                        main.cf, where the table's name (\\fBldap:name\\fR) takes the place of its type.
                        """);
        manual.entries(entries.stream()
                .filter(entry -> entry.name().startsWith("<") && !entry.name().startsWith("<transport>")).toList());
        manual.page.append(".SH \"SEE ALSO\"\npostconf(1), postfix(1), master(5)\n");
        return manual.page.toString();
    }

    private void begin(String version) {
        page.append(".TH POSTCONF 5 \"\" \"Postrider ").append(version)
                .append("\"\n.SH NAME\npostconf \\- parameters of main.cf\n");
        page.append(
                """
                        .SH DESCRIPTION
                        The file main.cf sets parameters, one a line: \\fIname\\fR = \\fIvalue\\fR. A line that begins with white space
                        goes on with the line before it. Empty lines, and lines whose first text is #, say nothing. When a name is set
                        twice the last one counts. A name that is not set has the default that is given here.
                        .PP
                        In a value, \\fB$\\fIname\\fR, \\fB${\\fIname\\fB}\\fR and \\fB$(\\fIname\\fB)\\fR stand for the value of another
                        parameter, and $$ for a dollar sign. \\fB${\\fIname\\fB?{\\fIa\\fB}:{\\fIb\\fB}}\\fR is \\fIa\\fR where the
                        parameter has a value, otherwise \\fIb\\fR; each of the two may be left out, and so may the braces around the
                        last one. \\fB${{\\fIa\\fB} == {\\fIb\\fB} ? {\\fIyes\\fB} : {\\fIno\\fB}}\\fR compares, as numbers where both
                        are, with ==, !=, <, <=, >, >=; \\fB<=level\\fR and its like compare versions. \\fB${domain_to_ascii{\\fIname\\fB}}\\fR
                        is the form of an international domain that DNS knows.
                        .PP
                        A time is a number and a letter: s (seconds), m (minutes), h (hours), d (days), w (weeks). A parameter of the
                        type yes/no takes no other words. The items of a list stand between commas or white space; braces keep an item
                        with white space together.
                        .PP
                        The running system takes a change at \\fBpostfix reload\\fR; queue_directory needs a stop and a start. Commands
                        read the files each time. \\fBpostfix check --strict\\fR finds mistakes.
                        """);
    }

    private void section(String title, List<ParameterReference.Entry> entries) {
        page.append(".SH ").append(title).append('\n');
        entries(entries);
    }

    private void entries(List<ParameterReference.Entry> entries) {
        for (ParameterReference.Entry entry : entries) {
            Parameter parameter = entry.parameter();
            page.append(".TP\n\\fB").append(text(entry.name().replaceAll("[<>]", ""))).append("\\fR (");
            page.append(parameter.computed() ? RUNTIME : "default: " + defaultText(parameter)).append(")\n");
            page.append(text(entry.help())).append('\n');
            page.append(".br\n").append(text(facts(entry))).append('\n');
        }
    }

    private static String defaultText(Parameter parameter) {
        return parameter.defaultValue().isEmpty() ? "empty" : text(parameter.defaultValue());
    }

    /** Type, bounds, programs, version, and what takes the place of a name that is going. */
    private String facts(ParameterReference.Entry entry) {
        StringBuilder facts = new StringBuilder(type(entry.parameter()));
        if (!entry.readers().isEmpty()) {
            facts.append(" Used by ").append(String.join(", ", entry.readers()).replace("ALL", "all programs"))
                    .append('.');
        }
        if (!entry.since().isEmpty()) {
            facts.append(" Postfix ").append(entry.since()).append(" and later.");
        }
        String instead = deprecated.get(entry.name());
        if (instead != null) {
            facts.append(instead.isEmpty() ? " Going away." : " Going away: use " + instead + ".");
        }
        return facts.toString();
    }

    private static String type(Parameter parameter) {
        String bounds = bounds(parameter);
        return switch (parameter.type()) {
            case BOOL -> "Yes or no.";
            case TIME -> "Time, without a letter in " + unit(parameter.unit()) + bounds + ".";
            case INT, LONG -> "Number" + bounds + ".";
            case RAW -> "Text, evaluated when it is used" + bounds + ".";
            case STRING -> "Text" + bounds + ".";
        };
    }

    private static String unit(char unit) {
        return switch (unit) {
            case 'm' -> "minutes";
            case 'h' -> "hours";
            case 'd' -> "days";
            case 'w' -> "weeks";
            default -> "seconds";
        };
    }

    private static String bounds(Parameter parameter) {
        boolean text = parameter.type() == ParameterType.STRING || parameter.type() == ParameterType.RAW;
        boolean least = parameter.minimum() != Long.MIN_VALUE && !(text && parameter.minimum() <= 0);
        boolean most = parameter.maximum() != Long.MAX_VALUE && !(text && parameter.maximum() <= 0);
        if (text) {
            return least && parameter.minimum() == 1 && !most
                    ? ", not empty"
                    : (least ? ", at least " + parameter.minimum() + " characters" : "")
                            + (most ? ", at most " + parameter.maximum() + " characters" : "");
        }
        String unit = parameter.type() == ParameterType.TIME ? " seconds" : "";
        return (least ? ", at least " + parameter.minimum() + unit : "")
                + (most ? ", at most " + parameter.maximum() + unit : "");
    }

    /** Text in which nothing is taken for a request or an escape. */
    private static String text(String plain) {
        String escaped = plain.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
