package org.postrider.smtpd;

import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.postrider.common.smtp.SmtpLineReader;
import org.postrider.common.smtp.SmtpLineReader.Line;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of a session as it is heard: a line, what smtpd_command_filter makes of it, its verb. What is no command, or none
 * that this client may give now, is settled here and meets no handler. Holds nothing between lines. One session's.
 */
final class CommandReader {
    private static final Logger log = LoggerFactory.getLogger(CommandReader.class);
    private static final int PREVIEW = 100;
    private static final int LOGGED_START = 30;
    /** What a client may say where encryption is required and not there yet. */
    private static final Set<String> BEFORE_TLS = Set.of("NOOP", "EHLO", "HELO", "STARTTLS", "QUIT", "HELP", "XCLIENT");
    /** An initial response may hold a password. */
    private static final Pattern SECRET = Pattern.compile("^(\\s*AUTH\\s+\\S+)\\s.*", Pattern.CASE_INSENSITIVE);

    /** What the client has said. */
    sealed interface Heard {
        /** A command, to be handled. */
        record Command(Verb verb, CommandLine line) implements Heard {}

        /**
         * Something that meets no handler.
         *
         * @param verb under which it is counted; empty where it is not
         */
        record Settled(String verb, Outcome outcome) implements Heard {}
    }

    private final Site site;
    private final Settings settings;
    private final Session session;
    private final Transcript transcript;
    private final SmtpLineReader lines;

    CommandReader(Session session, Transcript transcript) {
        this.site = session.site();
        this.settings = session.settings();
        this.session = session;
        this.transcript = transcript;
        this.lines = new SmtpLineReader(session.input(), settings.limits().lineLength());
    }

    /**
     * Waits for the next command.
     *
     * @throws EOFException when the client has closed the connection
     */
    Heard read() throws IOException {
        session.input().beginRequest(false);
        return switch (lines.read()) {
            case Line.Text(String text, boolean bare) -> bare && refusesBareLineFeed()
                    ? settled("", new Outcome.Leave(site.bareLineFeedReply(), false))
                    : command(text);
            case Line.TooLong(String start) -> {
                logTooLong(start, settings.limits().lineLength());
                transcript.in(start);
                session.where(CommandCounts.UNKNOWN);
                yield error(CommandCounts.UNKNOWN, 500, "5.5.2", "Error: command too long");
            }
            case Line.End _ -> throw new EOFException();
        };
    }

    /**
     * Waits for a line that is no command; empty when it is longer than the limit.
     *
     * @throws EOFException when the client has closed the connection
     */
    Optional<String> answer(int limit) throws IOException {
        session.input().beginRequest(false);
        return switch (new SmtpLineReader(session.input(), limit).read()) {
            case Line.Text(String text, _) -> Optional.of(text);
            case Line.TooLong(String start) -> {
                logTooLong(start, limit);
                yield Optional.empty();
            }
            case Line.End _ -> throw new EOFException();
        };
    }

    /**
     * Waits until the client says something, whatever it is.
     *
     * @throws EOFException when the client has closed the connection
     */
    void await() throws IOException {
        session.input().beginRequest(false);
        if (lines.read() instanceof Line.End) {
            throw new EOFException();
        }
    }

    private void logTooLong(String start, int limit) {
        log.warn("{}: request longer than {}: {}...", session.peer(), limit,
                start.substring(0, Math.min(start.length(), LOGGED_START)));
    }

    private boolean refusesBareLineFeed() {
        session.noteBareLineFeed();
        if (!site.refusesBareLineFeed(session.client())) {
            return false;
        }
        session.logStep("reject", "bare <LF> received", "");
        return true;
    }

    private Heard command(String received) {
        return switch (site.commandFilter().find(received)) {
            case LookupResult.NotFound() -> parsed(received);
            case LookupResult.Unavailable _ -> settled("", session.dataError());
            case LookupResult.Found(String other) -> {
                log.info("{}: replacing command \"{}\" with \"{}\"", session.peer(), SyntaxText.escaped(received),
                        SyntaxText.escaped(other));
                yield parsed(other);
            }
        };
    }

    private Heard parsed(String line) {
        transcript.in(SECRET.matcher(line).replaceFirst("$1 ..."));
        if (line.indexOf('\0') >= 0) {
            return error("", 500, "5.5.2", "Error: bad syntax");
        }
        if (settings.conduct().smtputf8() && !Utf8.isValid(line)) {
            session.where(CommandCounts.UNKNOWN);
            return error("", 500, "5.5.2", "Error: bad UTF-8 syntax");
        }
        CommandLine command = CommandLine.parse(line);
        if (command.verb().isEmpty()) {
            return error("", 500, "5.5.2", "Error: bad syntax");
        }
        Verb verb = site.verbs().find(command.verb());
        return verb == null ? unknown(command, line) : permitted(verb, command);
    }

    private Heard unknown(CommandLine command, String line) {
        session.where(CommandCounts.UNKNOWN);
        if (site.forbids(command.verb(), line)) {
            log.warn("non-SMTP command from {}: {}", session.peer(),
                    SyntaxText.escaped(line.substring(0, Math.min(line.length(), PREVIEW))));
            return settled(CommandCounts.UNKNOWN, new Outcome.Leave(
                    Reply.of(221, "2.7.0", "Error: I can break rules, too. Goodbye."), true));
        }
        return error(CommandCounts.UNKNOWN, 500, "5.5.2", "Error: command not recognized");
    }

    /** The command, if the client may give it now. */
    private Heard permitted(Verb verb, CommandLine command) {
        session.where(verb.name());
        if (site.tls().isRequired() && session.tls().isEmpty() && !BEFORE_TLS.contains(verb.name())
                && !session.client().equals(Client.STAND_ALONE)) {
            return error(verb.name(), 530, "5.7.0", "Must issue a STARTTLS command first");
        }
        if (session.denied().isPresent() && !verb.name().equals("QUIT")) {
            return error(verb.name(), 503, "5.7.0", "Error: access denied for " + session.client().title());
        }
        return new Heard.Command(verb, command);
    }

    private static Heard error(String verb, int code, String status, String text) {
        return settled(verb, Outcome.error(code, status, text));
    }

    private static Heard settled(String verb, Outcome outcome) {
        return new Heard.Settled(verb, outcome);
    }
}
