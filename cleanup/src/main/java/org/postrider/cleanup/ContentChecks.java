package org.postrider.cleanup;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.mail.HeaderField;
import org.postrider.common.mail.HeaderName;
import org.postrider.common.mail.MimeSink.Section;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** header_checks(5) and body_checks(5): what tables say about single lines, and what is done then. Immutable. */
final class ContentChecks {
    /** One parameter's tables. */
    private record Checks(String parameter, TableList tables) {
        static Checks of(String parameter, Parameters parameters, Tables tables) {
            return new Checks(parameter, tables.list(parameters.string(parameter)));
        }
    }

    /** What becomes of a line. */
    sealed interface Fate {
        /** It stays. */
        record Keep() implements Fate {}

        /** It goes. */
        record Drop() implements Fate {}

        /** Another text stands in its place. */
        record Replace(String text) implements Fate {}
    }

    private static final Logger log = LoggerFactory.getLogger(ContentChecks.class);
    private static final Fate KEEP = new Fate.Keep();
    private static final Fate DROP = new Fate.Drop();
    private static final int MOST_LOGGED = 200;

    private final Checks header;
    private final Checks mimeHeader;
    private final Checks nestedHeader;
    private final Checks body;

    ContentChecks(Parameters parameters, Tables tables) {
        header = Checks.of("header_checks", parameters, tables);
        mimeHeader = Checks.of("mime_header_checks", parameters, tables);
        nestedHeader = Checks.of("nested_header_checks", parameters, tables);
        body = Checks.of("body_checks", parameters, tables);
    }

    boolean hasBodyChecks() {
        return !body.tables.isEmpty();
    }

    /** Looks at a header field. */
    Fate header(Message message, Section section, HeaderName.@Nullable Kind kind,
            String field, ContentWriter out) throws IOException {
        Checks checks = kind == HeaderName.Kind.MIME
                ? mimeHeader
                : switch (section) {
                    case PRIMARY -> header;
                    case PART -> mimeHeader;
                    case NESTED -> nestedHeader;
                };
        return check(message, checks, "header", field, out);
    }

    /** Looks at a body line. */
    Fate body(Message message, String line, ContentWriter out) throws IOException {
        return check(message, body, "body", line, out);
    }

    private Fate check(Message message, Checks checks, String what, String line, ContentWriter out)
            throws IOException {
        if (checks.tables.isEmpty()) {
            return KEEP;
        }
        return switch (checks.tables.find(line)) {
            case LookupResult.NotFound() -> KEEP;
            case LookupResult.Found(String value) -> {
                Optional<CheckAction> action = CheckAction.parse(value);
                if (action.isEmpty()) {
                    log.warn("unknown command in {} map: {}", checks.parameter, value);
                    yield KEEP;
                }
                yield act(message, checks, action.get(), what, line, out);
            }
            case LookupResult.Unavailable _ -> {
                log.warn("{}: {} map lookup problem -- message not accepted, try again later", message.id(),
                        checks.parameter);
                message.fail(CleanupStatus.WRITE, "");
                yield KEEP;
            }
        };
    }

    private static Fate act(Message message, Checks checks, CheckAction action, String what, String line,
            ContentWriter out) throws IOException {
        String text = action.text();
        switch (action.kind()) {
            case DUNNO, OK -> {
                return KEEP;
            }
            case IGNORE -> {
                return DROP;
            }
            case WARN, INFO -> tell(message, action, what, line, text);
            case STRIP -> {
                tell(message, action, what, line, text);
                return DROP;
            }
            case REJECT -> reject(message, action, what, line);
            case DISCARD -> {
                tell(message, action, what, line, text);
                message.add(CleanupClient.DISCARD);
            }
            case HOLD -> {
                if (!message.has(CleanupClient.HOLD)) {
                    tell(message, action, what, line, text);
                    message.add(CleanupClient.HOLD);
                }
            }
            case PASS -> {
                tell(message, action, what, line, text);
                message.drop(CleanupClient.FILTER | CleanupClient.MILTER);
            }
            case PREPEND -> prepend(message, checks, action, what, line, out);
            case REPLACE -> {
                return replace(message, checks, action, what, line);
            }
            case FILTER -> {
                if (text.indexOf(':') <= 0) {
                    log.warn("bad FILTER command {} in {} -- need transport:nexthop", text, checks.parameter);
                } else {
                    tell(message, action, what, line, text);
                    message.filter = text;
                }
            }
            case REDIRECT -> {
                if (isAddress(message, checks, action)) {
                    tell(message, action, what, line, text);
                    message.redirect = text;
                }
            }
            case BCC -> {
                if (isAddress(message, checks, action)) {
                    tell(message, action, what, line, text);
                    message.copies.add(text);
                }
            }
        }
        return KEEP;
    }

    private static boolean isAddress(Message message, Checks checks, CheckAction action) {
        if (action.text().indexOf('@') < 0) {
            log.warn("{}: bad {} target \"{}\" in {} map -- need user@domain", message.id(), action.kind(),
                    action.text(), checks.parameter);
            return false;
        }
        return true;
    }

    private static void reject(Message message, CheckAction action, String what, String line) {
        DsnStatus status = DsnStatus.of(action.text(), "5.7.1");
        if (status.isSuccess()) {
            status = status.withClass('5');
        }
        String full = status.code() + ' ' + (status.text().isEmpty() ? "message content rejected" : status.text());
        tell(message, action, what, line, full);
        message.fail(status.isTemporary() ? CleanupStatus.DEFER : CleanupStatus.CONTENT, full);
    }

    private static void prepend(Message message, Checks checks, CheckAction action, String what, String line,
            ContentWriter out) throws IOException {
        if (isUsable(checks, action, what)) {
            tell(message, action, what, line, action.text());
            out.text(action.text());
        }
    }

    private static Fate replace(Message message, Checks checks, CheckAction action, String what, String line) {
        if (!isUsable(checks, action, what)) {
            return KEEP;
        }
        tell(message, action, what, line, action.text());
        return new Fate.Replace(action.text());
    }

    /** In a header only a header field can be put. */
    private static boolean isUsable(Checks checks, CheckAction action, String what) {
        if (action.text().isEmpty()) {
            log.warn("{} action without text in {} map", action.kind(), checks.parameter);
            return false;
        }
        if (what.equals("header") && HeaderField.nameLength(action.text()) == 0) {
            log.warn("bad {} header text \"{}\" in {} map -- need \"headername: headervalue\"", action.kind(),
                    action.text(), checks.parameter);
            return false;
        }
        return true;
    }

    private static void tell(Message message, CheckAction action, String what, String line, String text) {
        tell(message, action.kind().title() + ": " + what, line, text);
    }

    /** One line of log about content. */
    static void tell(Message message, String what, String line, String text) {
        log.info("{}: {} {} {}{}", message.id(), what,
                printable(line.substring(0, Math.min(line.length(), MOST_LOGGED))), message.describeOrigin(),
                text.isEmpty() ? "" : ": " + text);
    }

    /** With a question mark for everything that is not printable ASCII. */
    static String printable(String text) {
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            if (c < ' ' || c >= 0x7f) {
                clean.setCharAt(i, '?');
            }
        }
        return clean.toString();
    }
}
