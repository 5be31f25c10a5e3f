package org.postrider.smtp;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.Parameters;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.HeaderField;
import org.postrider.common.mail.HeaderName;
import org.postrider.common.mail.MimeSink.Section;
import org.postrider.common.mail.MimeState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code smtp_header_checks} and its kin: header_checks(5) and body_checks(5) for mail on its way out, without the actions that
 * decide over the whole message. Immutable; lookups may block.
 */
final class OutgoingChecks {
    /** What becomes of a header field or a body line. */
    sealed interface Fate {
        /** It stays. */
        record Keep() implements Fate {}

        /** It goes. */
        record Drop() implements Fate {}

        /** It stays, behind another text. */
        record Behind(String text) implements Fate {}

        /** Another text stands in its place. */
        record Replace(String text) implements Fate {}
    }

    /** A parameter's name, and the tables that it names. */
    record Maps(String parameter, String tables) {
        private static Maps of(String name, Parameters parameters, Protocol protocol) {
            String parameter = protocol.parameter(name);
            return new Maps(parameter, parameters.string(parameter));
        }
    }

    /** The parameters that matter here; names follow postconf(5) without the prefix. */
    record Settings(Maps header, Maps mimeHeader, Maps nestedHeader, Maps body, long bodySizeLimit,
            MimeState.Limits mime) {
        static Settings of(Parameters parameters, Protocol protocol) {
            return new Settings(Maps.of("header_checks", parameters, protocol),
                    Maps.of("mime_header_checks", parameters, protocol),
                    Maps.of("nested_header_checks", parameters, protocol),
                    Maps.of("body_checks", parameters, protocol), parameters.number("body_checks_size_limit"),
                    new MimeState.Limits(true, parameters.number("header_size_limit"),
                            parameters.number("mime_nesting_limit"),
                            parameters.number("mime_boundary_length_limit")));
        }
    }

    /** One parameter's tables. */
    private record Checks(String parameter, TableList tables) {
        static Checks of(Maps maps, Tables tables) {
            return new Checks(maps.parameter, tables.list(maps.tables));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(OutgoingChecks.class);
    private static final Set<String> WITH_TEXT = Set.of("PREPEND", "REPLACE");
    private static final int MOST_LOGGED = 200;

    private final Checks header;
    private final Checks mimeHeader;
    private final Checks nestedHeader;
    private final Checks body;
    private final long bodyLimit;
    private final MimeState.Limits mime;

    OutgoingChecks(Settings settings, Tables tables) {
        this.header = Checks.of(settings.header, tables);
        this.mimeHeader = Checks.of(settings.mimeHeader, tables);
        this.nestedHeader = Checks.of(settings.nestedHeader, tables);
        this.body = Checks.of(settings.body, tables);
        this.bodyLimit = settings.bodySizeLimit;
        this.mime = settings.mime;
    }

    private boolean isEmpty() {
        return header.tables.isEmpty() && mimeHeader.tables.isEmpty() && nestedHeader.tables.isEmpty()
                && body.tables.isEmpty();
    }

    /** The content as these checks leave it. */
    MessageContent applied(MessageContent content, String queueId) {
        return isEmpty() ? content : new CheckedContent(content, this, queueId, mime);
    }

    /** True when body lines so far into a part are looked at. */
    boolean wantsBody(long position) {
        return !body.tables.isEmpty() && (bodyLimit == 0 || position < bodyLimit);
    }

    /**
     * Looks at a header field.
     *
     * @throws MapUnavailableException when a table can't be asked
     */
    Fate header(String queueId, Section section, String field) throws MapUnavailableException {
        HeaderName name = HeaderName.of(field.substring(0, HeaderField.nameLength(field)));
        Checks checks = name != null && name.kind() == HeaderName.Kind.MIME
                ? mimeHeader
                : switch (section) {
                    case PRIMARY -> header;
                    case PART -> mimeHeader;
                    case NESTED -> nestedHeader;
                };
        return check(queueId, checks, "header", field);
    }

    /**
     * Looks at a body line.
     *
     * @throws MapUnavailableException when a table can't be asked
     */
    Fate body(String queueId, String line) throws MapUnavailableException {
        return check(queueId, body, "body", line);
    }

    private static Fate check(String queueId, Checks checks, String what, String line) throws MapUnavailableException {
        return switch (checks.tables.find(line)) {
            case LookupResult.NotFound() -> new Fate.Keep();
            case LookupResult.Found(String value) -> act(queueId, checks, what, line, value.strip());
            case LookupResult.Unavailable _ -> throw new MapUnavailableException(checks.parameter);
        };
    }

    private static Fate act(String queueId, Checks checks, String what, String line, String value) {
        int end = 0;
        while (end < value.length() && !Character.isWhitespace(value.charAt(end))) {
            end++;
        }
        String action = value.substring(0, end).toUpperCase(Locale.ROOT);
        String text = value.substring(end).strip();
        String flaw = WITH_TEXT.contains(action) ? flaw(checks, action, what, text) : null;
        if (flaw != null) {
            LOG.warn(flaw);
            return new Fate.Keep();
        }
        return switch (action) {
            case "DUNNO", "OK" -> new Fate.Keep();
            case "IGNORE" -> new Fate.Drop();
            case "WARN" -> told(queueId, "warning", what, line, text, new Fate.Keep());
            case "INFO" -> told(queueId, "info", what, line, text, new Fate.Keep());
            case "STRIP" -> told(queueId, "strip", what, line, text, new Fate.Drop());
            case "PREPEND" -> told(queueId, "prepend", what, line, text, new Fate.Behind(text));
            case "REPLACE" -> told(queueId, "replace", what, line, text, new Fate.Replace(text));
            default -> {
                LOG.warn("unsupported command in {} map: {}", checks.parameter, value);
                yield new Fate.Keep();
            }
        };
    }

    /** What keeps this text from being put in. */
    private static @Nullable String flaw(Checks checks, String action, String what, String text) {
        if (text.isEmpty()) {
            return action + " action without text in " + checks.parameter + " map";
        }
        boolean unfit = what.equals("header") && HeaderField.nameLength(text) == 0;
        return unfit
                ? "bad " + action + " header text \"" + text + "\" in " + checks.parameter
                        + " map -- need \"headername: headervalue\""
                : null;
    }

    private static Fate told(String queueId, String action, String what, String line, String text, Fate fate) {
        LOG.info("{}: {}: {} {}{}", queueId, action, what,
                Words.printable(line.substring(0, Math.min(line.length(), MOST_LOGGED))),
                text.isEmpty() ? "" : ": " + text);
        return fate;
    }
}
