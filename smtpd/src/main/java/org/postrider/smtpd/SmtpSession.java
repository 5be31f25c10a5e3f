package org.postrider.smtpd;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.postrider.common.log.Log;
import org.postrider.common.smtp.ChunkReader;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.postrider.common.wire.ByteWindow;
import org.postrider.smtpd.CommandReader.Heard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One SMTP session (RFC 5321): greet, then hear a command, let its verb act, answer; over any pair of streams. {@link CommandReader}
 * hears, {@link ReplyWriter} speaks; here is what follows what. Runs on the conversation's thread and returns when the session is over;
 * the caller closes the connection. While it waits for a command it holds no buffer.
 *
 * <p>Errors: a lost connection or a timeout ends the session and is logged; a defect of the program is answered with 421 and
 * logged. In all these cases a message that was not acknowledged is withdrawn from cleanup.
 */
final class SmtpSession {
    private static final Logger log = LoggerFactory.getLogger(SmtpSession.class);
    private static final int PREVIEW = 100;
    private static final Reply OUT_OF_STEP = Reply.of(554, "5.5.0", "Error: SMTP protocol synchronization");

    private final Site site;
    private final Settings settings;
    private final Session session;
    private final Transcript transcript;
    private final CommandReader reader;
    private final ReplyWriter replies;
    private final TlsHandshake handshake;

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
        this.transcript = new Transcript(settings.words().notifyClasses(), limits.historyFlush(),
                site.isWatched(client) ? session.peer() : "");
        this.reader = new CommandReader(session, transcript);
        this.replies = new ReplyWriter(session, transcript, out);
    }

    /** What is known of the client; before {@link #run} for one who knows more of it than a connection tells. */
    Session session() {
        return session;
    }

    /** Runs the session to its end. */
    void run() {
        run(_ -> Optional.empty());
    }

    /** @param refusal asked first: what keeps this client out */
    void run(Function<Session, Optional<Reply>> refusal) {
        log.info("connect from {}", session.peer());
        try {
            session.connected();
            Optional<Reply> farewell = refusal.apply(session);
            if (farewell.isPresent()) {
                replies.lastWords(farewell.get());
            } else {
                session.admit();
                converse();
            }
        } catch (SocketTimeoutException _) {
            log.info("timeout after {} from {}", session.where(), session.peer());
            transcript.aborted("timeout");
            replies.lastWords(settings.names().farewells().timeout());
        } catch (IOException _) {
            lostConnection();
        } catch (RuntimeException | StackOverflowError defect) {
            log.error(Log.PANIC, "session with {} after {}: {}", session.peer(), session.where(), defect.toString(),
                    defect);
            replies.lastWords(settings.names().farewells().internalError());
        } finally {
            session.transaction().reset();
            log.info("disconnect from {}{}{}", session.peer(), session.counts().line(),
                    session.notes());
            transcript.send(site, session.client());
        }
    }

    private void lostConnection() {
        transcript.aborted("lost connection");
        // After the end of data nothing is lost but QUIT.
        if (!session.where().equals(ContentReceiver.END_OF_MESSAGE)) {
            log.info("lost connection after {} from {}", session.where(), session.peer());
        }
    }

    private void converse() throws IOException {
        boolean on = (!site.tls().isWrapper() || session.client().equals(Client.STAND_ALONE) || wrapped()) && waits()
                && greet();
        while (on) {
            on = !tooManyErrors() && step();
        }
        replies.flush();
    }

    /** False, and answered, for a client that speaks before it is greeted and may not. */
    private boolean waits() throws IOException {
        if (!sentAhead()) {
            return true;
        }
        session.markImproperPipelining();
        if (settings.conduct().forbidUnauthPipelining()) {
            replies.say(OUT_OF_STEP);
            return false;
        }
        return true;
    }

    private boolean greet() throws IOException {
        return switch (site.checks().atConnect(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> {
                replies.say(Reply.plain(220, settings.names().banner()));
                yield true;
            }
            case Verdict.Refuse(Reply reply, _) -> {
                session.deny(reply);
                replies.say(reply);
                yield !ends(reply);
            }
            case Verdict.Hangup() -> false;
        };
    }

    private boolean tooManyErrors() throws IOException {
        if (session.errors() < settings.limits().hardErrors()) {
            return false;
        }
        replies.say(settings.names().farewells().tooManyErrors());
        log.info("too many errors after {} from {}", session.where(), session.peer());
        transcript.aborted("too many errors");
        return true;
    }

    private boolean step() throws IOException {
        return switch (reader.read()) {
            case Heard.Command(Verb verb, CommandLine command) -> act(verb, command);
            case Heard.Settled(String verb, Outcome outcome) -> conclude(verb, outcome);
        };
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
                replies.say(reply);
                return !ends(reply);
            }
            case Outcome.TakeContent(Reply reply) -> {
                replies.say(reply);
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
                replies.say(reply);
                return startTls(verb);
            }
            case Outcome.SkipChunk(long bytes, Reply reply) -> {
                session.input().beginRequest(true);
                ChunkReader.skip(session.input(), bytes);
                count(verb, true);
                replies.say(reply);
                return !ends(reply);
            }
            case Outcome.Leave(Reply reply, boolean counts) -> {
                count(verb, counts);
                replies.say(reply);
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
            replies.say(ask.reply());
            return ask.next().apply(reader.answer(ask.limit()));
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
                    reader.await();
                    replies.say(objection.get());
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
            replies.say(objection.get());
        }
        return objection.isEmpty() && isOneOfFew();
    }

    /** False, and answered, for a client that has begun too many new sessions of TLS. */
    private boolean isOneOfFew() throws IOException {
        Optional<Reply> tooMany = handshake.tooMany();
        if (tooMany.isPresent()) {
            replies.say(tooMany.get());
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
        if (receiver.sawBareLineFeed()) {
            session.noteBareLineFeed();
        }
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
}
