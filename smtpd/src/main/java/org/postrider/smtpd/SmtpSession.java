package org.postrider.smtpd;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.postrider.common.log.Log;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.smtp.BareNewline;
import org.postrider.common.smtp.ChunkReader;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.postrider.common.smtp.SmtpLineReader;
import org.postrider.common.smtp.SmtpLineReader.Line;
import org.postrider.common.wire.ByteWindow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One SMTP session (RFC 5321): greet, then read a line, find its verb, let it act, answer; over any pair of streams. Runs on the
 * conversation's thread and returns when the session is over; the caller closes the connection. While it waits for a command it
 * holds no buffer.
 *
 * <p>Errors: a lost connection or a timeout ends the session and is logged; a defect of the program is answered with 421 and
 * logged. In all these cases a message that was not acknowledged is withdrawn from cleanup.
 */
final class SmtpSession {
    private static final Logger log = LoggerFactory.getLogger(SmtpSession.class);
    private static final int PREVIEW = 100;
    /** What a client may say where encryption is required and not there yet. */
    private static final Set<String> BEFORE_TLS = Set.of("NOOP", "EHLO", "HELO", "STARTTLS", "QUIT", "HELP", "XCLIENT");
    private static final Reply OUT_OF_STEP = Reply.of(554, "5.5.0", "Error: SMTP protocol synchronization");
    private static final int LOGGED_START = 30;
    /** An initial response may hold a password. */
    private static final Pattern SECRET = Pattern.compile("^(\\s*AUTH\\s+\\S+)\\s.*", Pattern.CASE_INSENSITIVE);

    private final Site site;
    private final Settings settings;
    private final Session session;
    private final OutputStream out;
    private final VerbTable verbs;
    private final SmtpLineReader lines;
    private final Transcript transcript;
    private final TlsHandshake handshake;
    private boolean noteBareLineFeed;

    /** A session that can't be encrypted. */
    SmtpSession(Site site, Client client, ByteWindow in, OutputStream out) {
        this(site, client, in, out, Encryption.NONE);
    }

    /** @param encryption puts TLS under the streams */
    SmtpSession(Site site, Client client, ByteWindow in, OutputStream out, Encryption encryption) {
        this.site = site;
        this.settings = site.settings();
        Settings.Limits limits = settings.limits();
        SessionInput input = new SessionInput(in, out, limits.timeout(), limits.perRequestDeadline(),
                limits.minDataRate());
        this.session = new Session(site, client, input);
        this.handshake = new TlsHandshake(site, session, encryption);
        this.out = out;
        this.verbs = site.verbs();
        this.lines = new SmtpLineReader(input, limits.lineLength());
        this.transcript = new Transcript(settings.words().notifyClasses(), limits.historyFlush(),
                site.isWatched(client) ? session.peer() : "");
    }

    /** What is known of the client; before {@link #run} for one who knows more of it than a connection tells. */
    Session session() {
        return session;
    }

    /** Runs the session to its end. */
    void run() {
        run(Optional::empty);
    }

    /** @param refusal asked first: what keeps this client out */
    void run(Supplier<Optional<Reply>> refusal) {
        log.info("connect from {}", session.peer());
        try {
            Optional<Reply> farewell = refusal.get();
            if (farewell.isPresent()) {
                lastWords(farewell.get());
            } else {
                converse();
            }
        } catch (SocketTimeoutException _) {
            log.info("timeout after {} from {}", session.where(), session.peer());
            lastWords(Reply.of(421, "4.4.2", settings.names().hostname() + " Error: timeout exceeded"));
        } catch (IOException _) {
            lostConnection();
        } catch (RuntimeException | StackOverflowError defect) {
            log.error(Log.PANIC, "session with {} after {}: {}", session.peer(), session.where(), defect.toString(),
                    defect);
            lastWords(Reply.of(421, "4.3.0", settings.names().hostname() + " Error: internal error"));
        } finally {
            session.transaction().reset();
            log.info("disconnect from {}{}{}", session.peer(), session.counts().line(),
                    noteBareLineFeed ? " notes=bare_lf" : "");
            transcript.send(site, session.client());
        }
    }

    private void lostConnection() {
        // After the end of data nothing is lost but QUIT.
        if (!session.where().equals(ContentReceiver.END_OF_MESSAGE)) {
            log.info("lost connection after {} from {}", session.where(), session.peer());
        }
    }

    private void lastWords(Reply reply) {
        try {
            say(reply);
            out.flush();
        } catch (IOException _) {
            // The client is gone; it was told as much as could be.
        }
    }

    private void converse() throws IOException {
        boolean on = (!site.tls().isWrapper() || session.client().equals(Client.STAND_ALONE) || wrapped()) && waits()
                && greet();
        while (on) {
            on = !tooManyErrors() && step();
        }
        out.flush();
    }

    /** False, and answered, for a client that speaks before it is greeted and may not. */
    private boolean waits() throws IOException {
        if (!sentAhead()) {
            return true;
        }
        session.markImproperPipelining();
        if (settings.conduct().forbidUnauthPipelining()) {
            say(OUT_OF_STEP);
            return false;
        }
        return true;
    }

    private boolean greet() throws IOException {
        return switch (site.checks().atConnect(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> {
                say(Reply.plain(220, settings.names().banner()));
                yield true;
            }
            case Verdict.Refuse(Reply reply, _) -> {
                session.deny(reply);
                say(reply);
                yield !ends(reply);
            }
            case Verdict.Hangup() -> false;
        };
    }

    private boolean tooManyErrors() throws IOException {
        if (session.errors() < settings.limits().hardErrors()) {
            return false;
        }
        say(Reply.of(421, "4.7.0", settings.names().hostname() + " Error: too many errors"));
        log.info("too many errors after {} from {}", session.where(), session.peer());
        return true;
    }

    private boolean step() throws IOException {
        session.input().beginRequest(false);
        return switch (lines.read()) {
            case Line.Text(String text, boolean bare) -> !(bare && refusesBareLineFeed()) && command(text);
            case Line.TooLong(String start) -> {
                log.warn("{}: request longer than {}: {}...", session.peer(), settings.limits().lineLength(),
                        start.substring(0, Math.min(start.length(), LOGGED_START)));
                transcript.in(start);
                session.where(CommandCounts.UNKNOWN);
                yield conclude(CommandCounts.UNKNOWN, Outcome.error(500, "5.5.2", "Error: command too long"));
            }
            case Line.End _ -> throw new EOFException();
        };
    }

    private boolean refusesBareLineFeed() throws IOException {
        if (session.settings().conduct().bareNewline() == BareNewline.NOTE) {
            noteBareLineFeed = true;
        }
        if (!site.refusesBareLineFeed(session.client())) {
            return false;
        }
        session.logStep("reject", "bare <LF> received", "");
        say(site.bareLineFeedReply());
        return true;
    }

    private boolean command(String received) throws IOException {
        Optional<String> filtered = filtered(received);
        if (filtered.isEmpty()) {
            Reply reply = Reply.of(421, "4.3.0", settings.names().hostname() + " Server local data error");
            session.logStep("reject", reply.inOneLine(), "");
            say(reply);
            return false;
        }
        String line = filtered.get();
        transcript.in(SECRET.matcher(line).replaceFirst("$1 ..."));
        if (line.indexOf('\0') >= 0) {
            return conclude("", Outcome.error(500, "5.5.2", "Error: bad syntax"));
        }
        if (settings.conduct().smtputf8() && !Utf8.isValid(line)) {
            session.where(CommandCounts.UNKNOWN);
            return conclude("", Outcome.error(500, "5.5.2", "Error: bad UTF-8 syntax"));
        }
        CommandLine command = CommandLine.parse(line);
        if (command.verb().isEmpty()) {
            return conclude("", Outcome.error(500, "5.5.2", "Error: bad syntax"));
        }
        Verb verb = verbs.find(command.verb());
        if (verb == null) {
            return unknown(command, line);
        }
        session.where(verb.name());
        if (site.tls().isRequired() && session.tls().isEmpty() && !BEFORE_TLS.contains(verb.name())
                && !session.client().equals(Client.STAND_ALONE)) {
            return conclude(verb.name(), Outcome.error(530, "5.7.0", "Must issue a STARTTLS command first"));
        }
        if (session.denied().isPresent() && !verb.name().equals("QUIT")) {
            return conclude(verb.name(),
                    Outcome.error(503, "5.7.0", "Error: access denied for " + session.client().title()));
        }
        return act(verb, command);
    }

    /** smtpd_command_filter: what the client should have said; empty when nobody can tell. */
    private Optional<String> filtered(String line) {
        return switch (site.commandFilter().find(line)) {
            case LookupResult.NotFound() -> Optional.of(line);
            case LookupResult.Unavailable _ -> Optional.empty();
            case LookupResult.Found(String other) -> {
                log.info("{}: replacing command \"{}\" with \"{}\"", session.peer(), SyntaxText.escaped(line),
                        SyntaxText.escaped(other));
                yield Optional.of(other);
            }
        };
    }

    private boolean unknown(CommandLine command, String line) throws IOException {
        session.where(CommandCounts.UNKNOWN);
        if (site.forbids(command.verb(), line)) {
            log.warn("non-SMTP command from {}: {}", session.peer(),
                    SyntaxText.escaped(line.substring(0, Math.min(line.length(), PREVIEW))));
            return conclude(CommandCounts.UNKNOWN, new Outcome.Leave(
                    Reply.of(221, "2.7.0", "Error: I can break rules, too. Goodbye."), true));
        }
        return conclude(CommandCounts.UNKNOWN, Outcome.error(500, "5.5.2", "Error: command not recognized"));
    }

    private boolean act(Verb verb, CommandLine command) throws IOException {
        if (verb.last() && sentAhead()) {
            session.markImproperPipelining();
            if (settings.conduct().forbidUnauthPipelining()) {
                return conclude(verb.name(), new Outcome.Leave(OUT_OF_STEP, true));
            }
        }
        if (verb.junk()) {
            session.addJunk();
        }
        return conclude(verb.counted() ? verb.name() : "", verb.handler().handle(session, command));
    }

    /** True when the client has sent something after a command that must be the last of its group; logs it once. */
    private boolean sentAhead() throws IOException {
        if (session.client().equals(Client.STAND_ALONE) || session.input().available() == 0) {
            return false;
        }
        if (!session.improperPipelining()) {
            log.info("improper command pipelining after {} from {}: {}", session.where(), session.peer(),
                    session.input().preview(PREVIEW));
        }
        return true;
    }

    /** Answers; false when the session is over. */
    private boolean conclude(String verb, Outcome outcome) throws IOException {
        switch (outcome) {
            case Outcome.Say(Reply reply, boolean counts) -> {
                count(verb, counts);
                say(reply);
                return !ends(reply);
            }
            case Outcome.TakeContent(Reply reply) -> {
                say(reply);
                ContentReceiver receiver = new ContentReceiver(session);
                return content(verb, receiver, receiver::receive);
            }
            case Outcome.TakeChunk(long bytes, boolean last) -> {
                ContentReceiver receiver = Objects.requireNonNull(session.transaction().content());
                return content(verb, receiver, () -> receiver.receive(bytes, last));
            }
            case Outcome.Ask ask -> {
                return conclude(verb, asked(verb, ask));
            }
            case Outcome.Greet() -> {
                // Postfix does not count a success here either.
                count(verb, false, true);
                return greet();
            }
            case Outcome.StartTls(Reply reply) -> {
                say(reply);
                return startTls(verb);
            }
            case Outcome.SkipChunk(long bytes, Reply reply) -> {
                session.input().beginRequest(true);
                ChunkReader.skip(session.input(), bytes);
                count(verb, true);
                say(reply);
                return !ends(reply);
            }
            case Outcome.Leave(Reply reply, boolean counts) -> {
                count(verb, counts);
                say(reply);
                return false;
            }
            case Outcome.Hangup() -> {
                count(verb, true);
                return false;
            }
        }
    }

    private Outcome asked(String verb, Outcome.Ask ask) throws IOException {
        try {
            say(ask.reply());
            session.input().beginRequest(false);
            return switch (new SmtpLineReader(session.input(), ask.limit()).read()) {
                case Line.Text(String text, _) -> ask.next().apply(Optional.of(text));
                case Line.TooLong(String start) -> {
                    log.warn("{}: request longer than {}: {}...", session.peer(), ask.limit(),
                            start.substring(0, Math.min(start.length(), LOGGED_START)));
                    yield ask.next().apply(Optional.empty());
                }
                case Line.End _ -> throw new EOFException();
            };
        } catch (IOException e) {
            ask.giveUp().run();
            count(verb, true);
            throw e;
        }
    }

    private boolean startTls(String verb) throws IOException {
        boolean failed = true;
        try {
            if (handshake.run()) {
                Optional<Reply> objection = handshake.objection();
                if (objection.isPresent()) {
                    // Like Postfix, which says so when the client has said something.
                    session.input().beginRequest(false);
                    if (lines.read() instanceof Line.End) {
                        throw new EOFException();
                    }
                    say(objection.get());
                }
                boolean on = objection.isEmpty() && isOneOfFew();
                failed = objection.isEmpty() && !on;
                return on;
            }
            return false;
        } finally {
            count(verb, failed);
        }
    }

    /** Wrapper mode: TLS before anything else; false when the client must not go on. */
    private boolean wrapped() throws IOException {
        if (!handshake.run()) {
            return false;
        }
        Optional<Reply> objection = handshake.objection();
        if (objection.isPresent()) {
            say(objection.get());
        }
        return objection.isEmpty() && isOneOfFew();
    }

    /** False, and answered, for a client that has begun too many new sessions of TLS. */
    private boolean isOneOfFew() throws IOException {
        Optional<Reply> tooMany = handshake.tooMany();
        if (tooMany.isPresent()) {
            say(tooMany.get());
        }
        return tooMany.isEmpty();
    }

    /** Takes a message, or a chunk of one. */
    @FunctionalInterface
    private interface Receiving {
        Outcome receive() throws IOException;
    }

    private boolean content(String verb, ContentReceiver receiver, Receiving receiving) throws IOException {
        session.input().beginRequest(true);
        Outcome outcome;
        try {
            outcome = receiving.receive();
        } catch (IOException e) {
            count(verb, true);
            session.where(verb + " (" + receiver.bytes() + " bytes)");
            throw e;
        }
        noteBareLineFeed |= receiver.sawBareLineFeed()
                && settings.conduct().bareNewline() == BareNewline.NOTE;
        boolean on = conclude(verb, outcome);
        boolean ended = !session.transaction().begun();
        if (ended && outcome instanceof Outcome.Say(_, boolean counts) && !counts) {
            session.forgive();
            transcript.forget();
        }
        return on;
    }

    private void count(String verb, boolean error) {
        count(verb, error, error);
    }

    private void count(String verb, boolean error, boolean failed) {
        if (error) {
            session.addError();
        }
        if (!verb.isEmpty()) {
            session.counts().add(verb, !failed);
        }
    }

    private static boolean ends(Reply reply) {
        return reply.code() == 421 || reply.code() == 521;
    }

    private void say(Reply plain) throws IOException {
        Reply reply = Softening.printable(
                site.footer().apply(session,
                        site.rejectFilter().apply(Softening.apply(plain, settings.conduct().softBounce()))),
                settings.conduct().smtputf8());
        if (session.errors() > settings.limits().softErrors() && settings.limits().errorSleep().isPositive()) {
            out.flush();
            site.pause().rest(settings.limits().errorSleep());
        }
        transcript.out(reply, session.takeRefusal());
        out.write(reply.onTheWire().getBytes(StandardCharsets.ISO_8859_1));
    }
}
