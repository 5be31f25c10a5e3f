package org.postrider.common.notice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.postrider.common.config.Parameters;

/** The four templates: those of bounce_template_file over the built-in ones. A template with an error is left out with a warning. */
public final class NoticeTemplates {
    private static final Map<String, Long> UNITS = Map.of("seconds", 1L, "minutes", 60L, "hours", 3600L, "days", 86400L,
            "weeks", 604800L);

    private final Map<NoticeKind, NoticeTemplate> templates = new EnumMap<>(NoticeKind.class);

    private NoticeTemplates() {
        for (NoticeKind kind : NoticeKind.values()) {
            templates.put(kind, builtIn(kind));
        }
    }

    /** The built-in templates. */
    public static NoticeTemplates standard() {
        return new NoticeTemplates();
    }

    /** The templates in this file, and the built-in ones for those it lacks. */
    public static NoticeTemplates read(Path file, Consumer<String> warnings) {
        NoticeTemplates read = new NoticeTemplates();
        try {
            new Reading(file.toString(), Files.readAllLines(file, StandardCharsets.ISO_8859_1), warnings).into(read);
        } catch (IOException e) {
            warnings.accept("open bounce_template_file " + file + ": " + e.getMessage());
        }
        return read;
    }

    /** Those of bounce_template_file, or the built-in ones where it is empty. */
    public static NoticeTemplates configured(Parameters parameters, Consumer<String> warnings) {
        String file = parameters.string("bounce_template_file");
        return file.isEmpty() ? standard() : read(Path.of(file), warnings);
    }

    /** With every {@code $name} in the bodies replaced, also by {@code delay_warning_time_hours} and its kin, bounce(5). */
    public NoticeTemplates expanded(Parameters parameters) {
        Parameters complete = parameters.with(lifetimes(parameters));
        NoticeTemplates result = new NoticeTemplates();
        templates.forEach((kind, template) -> result.templates.put(kind,
                template.withBody(template.body().stream().map(complete::expand).toList())));
        return result;
    }

    /** They exist in templates only. */
    private static Map<String, String> lifetimes(Parameters parameters) {
        Map<String, String> values = new HashMap<>();
        for (String name : new String[]{"delay_warning_time", "maximal_queue_lifetime", "bounce_queue_lifetime"}) {
            long seconds = parameters.time(name).toSeconds();
            UNITS.forEach((unit, length) -> values.put(name + '_' + unit, Long.toString(seconds / length)));
        }
        return values;
    }

    /** The template of this kind. */
    public NoticeTemplate of(NoticeKind kind) {
        return templates.getOrDefault(kind, builtIn(kind));
    }

    private static NoticeTemplate builtIn(NoticeKind kind) {
        String from = "Mail Delivery System <MAILER-DAEMON>";
        return switch (kind) {
            case FAILURE -> new NoticeTemplate("us-ascii", from, "Undelivered Mail Returned to Sender",
                    "Postmaster Copy: Undelivered Mail", """
                            The mail server $myhostname gave up on your message for the
                            recipients below. The reason stands behind each address, and the
                            message itself comes with this report.

                            If you can't tell from the reason what to do, write to postmaster
                            and send this report along; your own text may be left out.
                            """.lines().toList());
            case DELAY -> new NoticeTemplate("us-ascii", from, "Delayed Mail (still being retried)",
                    "Postmaster Warning: Delayed Mail", """
                            The mail server $myhostname writes to you about a delay.
                            Nothing is lost yet, and there is no need to send your message again.

                            For more than $delay_warning_time_hours hour(s) the message could not be
                            passed on to the recipients below. More attempts follow until it is
                            $maximal_queue_lifetime_days day(s) old.

                            If you need help, write to postmaster and send this report along.
                            """.lines().toList());
            case SUCCESS -> new NoticeTemplate("us-ascii", from, "Successful Mail Delivery Report", "", """
                    The mail server $myhostname has done what you asked for: your
                    message has left for, or arrived at, the destinations below. Where it
                    is in a mailbox you will hear no more about it; systems further on
                    may still report a failure.
                    """.lines().toList());
            case VERIFY -> new NoticeTemplate("us-ascii", from, "Mail Delivery Status Report", "", """
                    Here is the report about delivery that you asked the mail server
                    $myhostname for.
                    """.lines().toList());
        };
    }

    /** One pass over a template file. One thread. */
    private static final class Reading {
        private final String title;
        private final List<String> lines;
        private final Consumer<String> warnings;
        private int at;

        Reading(String title, List<String> lines, Consumer<String> warnings) {
            this.title = title;
            this.lines = lines;
            this.warnings = warnings;
        }

        void into(NoticeTemplates target) {
            while (at < lines.size()) {
                String line = lines.get(at++).strip();
                if (line.isEmpty() || line.charAt(0) == '#') {
                    continue;
                }
                int began = at;
                int equals = line.indexOf('=');
                String value = equals < 0 ? "" : line.substring(equals + 1).strip();
                if (equals < 0 || !value.startsWith("<<") || value.substring(2).isBlank()) {
                    warn(began, "expected format: name = <<word");
                    continue;
                }
                add(target, line.substring(0, equals).strip(), until(value.substring(2).strip(), began), began);
            }
        }

        private List<String> until(String word, int began) {
            List<String> text = new ArrayList<>();
            while (at < lines.size()) {
                String line = lines.get(at++);
                if (line.equals(word)) {
                    return text;
                }
                text.add(line);
            }
            warn(began, "end of file before the line \"" + word + '"');
            return text;
        }

        private void add(NoticeTemplates target, String name, List<String> text, int began) {
            for (NoticeKind kind : NoticeKind.values()) {
                if (kind.templateName().equals(name)) {
                    try {
                        target.templates.put(kind, template(text, builtIn(kind)));
                    } catch (IllegalArgumentException e) {
                        warn(began, name + ": " + e.getMessage() + " -- ignoring this template");
                    }
                    return;
                }
            }
            warn(began, "unknown template name: " + name);
        }

        private static NoticeTemplate template(List<String> text, NoticeTemplate missing) {
            String charset = missing.charset();
            String from = missing.from();
            String subject = missing.subject();
            String postmasterSubject = missing.postmasterSubject();
            int line = 0;
            while (line < text.size() && !text.get(line).isBlank()) {
                String header = text.get(line++);
                int colon = header.indexOf(':');
                String value = colon < 0 ? "" : header.substring(colon + 1).strip();
                if (value.isEmpty() || !isAscii(header)) {
                    throw new IllegalArgumentException("bad header \"" + header + '"');
                }
                switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "charset" -> charset = value;
                    case "from" -> from = value;
                    case "subject" -> subject = value;
                    case "postmaster-subject" -> {
                        if (postmasterSubject.isEmpty()) {
                            throw new IllegalArgumentException("this template has no Postmaster-Subject");
                        }
                        postmasterSubject = value;
                    }
                    default -> throw new IllegalArgumentException("unknown header \"" + header + '"');
                }
            }
            List<String> body = text.subList(Math.min(line + 1, text.size()), text.size());
            if (charset.equalsIgnoreCase("us-ascii") && !body.stream().allMatch(Reading::isAscii)) {
                throw new IllegalArgumentException("8-bit text needs another Charset");
            }
            return new NoticeTemplate(charset, from, subject, postmasterSubject, body);
        }

        private static boolean isAscii(String text) {
            return text.chars().allMatch(c -> c < 128);
        }

        private void warn(int line, String problem) {
            warnings.accept("bounce_template_file " + title + ", line " + line + ": " + problem);
        }
    }
}
