package org.postrider.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.smtp.MalformedReplyException;
import org.postrider.common.smtp.Reply;
import org.postrider.common.smtp.ReplyReader;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server, from its greeting to QUIT (RFC 5321 section 3). One thread uses it at a time; between messages it
 * may wait in the {@link SessionPool}.
 */
final class SmtpSession {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);
    private static final int LONGEST_LINE = 2048;
    private static final int MOST_GARBAGE = 100;
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final ClientSettings settings;
    private final Connection connection;
    private final Peer peer;
    private final ServerOddities oddities;
    private final Transcript transcript;
    private final ReplyReader replies;
    private final long begunNanos;
    private Capabilities capabilities = Capabilities.NONE;
    private int messages;
    private boolean usable = true;
    private boolean dirty;
    private boolean encrypted;
    private boolean verified;
    private boolean loggedIn;
    private Optional<Preparation> preparation = Optional.empty();
    private Set<PixWorkarounds.Workaround> workarounds = Set.of();

    SmtpSession(ClientSettings settings, Connection connection, Peer peer, ServerOddities oddities,
            Transcript transcript, long nowNanos) {
        this.settings = settings;
        this.connection = connection;
        this.peer = peer;
        this.oddities = oddities;
        this.transcript = transcript;
        this.replies = new ReplyReader(connection.in(), LONGEST_LINE, this::heard);
        this.begunNanos = nowNanos;
    }

    Peer peer() {
        return peer;
    }

    /** Nobody reads what goes over it. */
    boolean isEncrypted() {
        return encrypted;
    }

    /** And the server has proved who it is. */
    boolean isVerified() {
        return verified;
    }

    /** The server knows who we are. */
    boolean isLoggedIn() {
        return loggedIn;
    }

    /** What counts of a line that the server said. */
    private String heard(String line) throws IOException {
        transcript.in(line);
        return oddities.filtered(peer, line);
    }

    /** False for an encrypted session that policy wants for one message only, and for one that is less than policy wants for others. */
    boolean mayBeKept() {
        boolean relaxed = preparation.isPresent()
                && preparation.get().demand().requirement() == RequireTls.RELAXED;
        return !relaxed && keepable();
    }

    private boolean keepable() {
        return !encrypted || (preparation.isPresent() && preparation.get().demand().reuse());
    }

    /** True when it was made for the same or for what comes to the same. */
    boolean serves(Preparation wanted) {
        return preparation.isPresent() && wanted.accepts(preparation.get());
    }

    Capabilities capabilities() {
        return capabilities;
    }

    ClientSettings settings() {
        return settings;
    }

    /** {@link System#nanoTime()} at the beginning. */
    long begunNanos() {
        return begunNanos;
    }

    /** How many messages went over the session before the present one. */
    int messages() {
        return messages;
    }

    void countMessage() {
        messages++;
    }

    /** False once the session can only be closed. */
    boolean usable() {
        return usable;
    }

    void unusable() {
        usable = false;
    }

    /** A refused message leaves the server in the middle of a transaction: RSET goes first next time. */
    void dirty(boolean now) {
        dirty = now;
    }

    boolean isDirty() {
        return dirty;
    }

    /** True when the server has neither closed nor said anything since its last reply. */
    boolean quiet() {
        return usable && connection.isOpen() && connection.in().available() == 0 && !connection.in().atEnd();
    }

    /**
     * Greeting and EHLO, HELO or LHLO, TLS and AUTH, as far as they are wanted.
     *
     * @param queued how long the message for which the session is made has been waiting
     */
    void begin(DeliveryRequest request, Duration queued, Candidate candidate, Preparation wanted)
            throws TroubleException {
        preparation = Optional.of(wanted);
        if (wanted.wrapper()) {
            encrypt(wanted);
        }
        Reply greeting = answer(settings.timeouts().hello(), "receiving the initial server greeting");
        if (!greeting.isSuccess()) {
            throw refused(greeting, true);
        }
        workarounds = oddities.pix().against(greeting, peer, queued, request.queueId());
        boolean mayLoop = candidate instanceof Candidate.Tcp tcp && tcp.mayLoop();
        if (mayLoop && isOwnName(greeting)) {
            LOG.warn("host {} greeted me with my own hostname {}", peer.relay(), settings.myHostname());
        }
        Reply hello = hello(greeting);
        if (mayLoop && isOwnName(hello)) {
            LOG.warn("host {} replied to HELO/EHLO with my own hostname {}", peer.relay(), settings.myHostname());
            unusable();
            throw new TroubleException(new Trouble.OwnName(peer, request.nexthop(), candidate.best()));
        }
        if (!encrypted) {
            startTls(wanted, greeting);
        }
        if (wanted.demand().requirement() == RequireTls.ENFORCED && !capabilities.requireTls()) {
            throw new TroubleException(new Trouble.RequireTlsNotOffered(peer));
        }
        if (wanted.login().isPresent()) {
            loggedIn = wanted.sasl().authenticate(this, wanted.login().get());
        }
    }

    /** STARTTLS (RFC 3207), and EHLO once more: what the server said in the clear does not count any more. */
    private void startTls(Preparation wanted, Reply greeting) throws TroubleException {
        TlsLevel level = wanted.demand().level();
        if (!capabilities.startTls()) {
            if (level.isMandatory()) {
                throw new TroubleException(new Trouble.TlsNotOffered(peer));
            }
            return;
        }
        if (level == TlsLevel.NONE) {
            wanted.tls().noteOffer(peer);
            return;
        }
        if (!wanted.tls().isAvailable()) {
            if (level.isMandatory()) {
                throw new TroubleException(new Trouble.NeedsTls());
            }
            return;
        }
        Reply reply = handshake("STARTTLS", "STARTTLS", settings.timeouts().startTls());
        if (!reply.isSuccess()) {
            if (level.isMandatory()) {
                throw new TroubleException(new Trouble.TlsRefused(peer, reply));
            }
            return;
        }
        encrypt(wanted);
        capabilities = Capabilities.NONE;
        Reply hello = hello(greeting);
        if (settings.tls().blocksEarlyReplies() && connection.in().available() > 0) {
            unusable();
            throw new TroubleException(new Trouble.Garbled(peer, "a reply to what was not said after "
                    + Words.oneLine(hello), "performing the " + settings.protocol().hello() + " handshake"));
        }
    }

    private void encrypt(Preparation wanted) throws TroubleException {
        if (!wanted.tls().isAvailable()) {
            throw new TroubleException(new Trouble.NeedsTls());
        }
        try {
            TlsClient.Outcome outcome = wanted.tls().secure(connection, peer, wanted.demand(), wanted.nexthop(),
                    settings.timeouts());
            encrypted = true;
            verified = outcome.verified();
            if (!outcome.acceptable()) {
                throw new TroubleException(new Trouble.Unproved(peer));
            }
        } catch (IOException failure) {
            unusable();
            throw new TroubleException(new Trouble.TlsFailed(peer));
        }
    }

    private Reply hello(Reply greeting) throws TroubleException {
        Protocol protocol = settings.protocol();
        boolean plain = protocol == Protocol.SMTP && workarounds.contains(PixWorkarounds.Workaround.DISABLE_ESMTP);
        boolean extended = !plain && !settings.neverEhlo()
                && (settings.alwaysEhlo() || greeting.text().getFirst().contains("ESMTP"));
        if (extended) {
            Reply reply = handshake(protocol.hello());
            if (reply.isSuccess()) {
                capabilities = Capabilities.of(reply, ignoredKeywords());
                return reply;
            }
            if (protocol == Protocol.LMTP || reply.code() == 421) {
                throw refused(reply, false);
            }
        }
        Reply reply = handshake("HELO");
        if (!reply.isSuccess()) {
            throw refused(reply, false);
        }
        return reply;
    }

    private Set<String> ignoredKeywords() throws TroubleException {
        try {
            return oddities.ignoredKeywords(peer);
        } catch (MapUnavailableException unavailable) {
            throw new TroubleException(ended(unavailable, "performing the EHLO handshake"));
        }
    }

    private Reply handshake(String verb) throws TroubleException {
        return handshake(verb, verb + " " + settings.helloName(), settings.timeouts().hello());
    }

    private Reply handshake(String verb, String line, Duration limit) throws TroubleException {
        String doing = "performing the " + verb + " handshake";
        try {
            connection.timeout(limit);
            command(line);
            flush();
        } catch (IOException failure) {
            throw new TroubleException(ended(failure, doing));
        }
        return answer(limit, doing);
    }

    private Reply answer(Duration limit, String doing) throws TroubleException {
        try {
            return reply(limit);
        } catch (IOException failure) {
            throw new TroubleException(ended(failure, doing));
        }
    }

    private TroubleException refused(Reply reply, boolean greeting) {
        transcript.refused(reply);
        return new TroubleException(new Trouble.Refused(peer, reply, greeting));
    }

    /** The first word of greetings and EHLO replies is the server's name. */
    private boolean isOwnName(Reply reply) {
        String text = reply.text().getFirst();
        int blank = text.indexOf(' ');
        String name = blank < 0 ? text : text.substring(0, blank);
        return name.toLowerCase(Locale.ROOT).equals(settings.myHostname().toLowerCase(Locale.ROOT));
    }

    /**
     * Puts a command line into the output; it leaves with {@link #flush()}. Whatever an envelope was made to hold, it never
     * becomes a second command.
     */
    void command(String line) throws IOException {
        command(line, line);
    }

    /** The same with what may be seen of it in the log. */
    void command(String line, String visible) throws IOException {
        transcript.out(visible);
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) < ' ') {
                throw new IOException("control character in an SMTP command");
            }
        }
        connection.out().write(line.getBytes(StandardCharsets.ISO_8859_1));
        connection.out().write('\r');
        connection.out().write('\n');
    }

    /** Where content goes. */
    OutputStream out() {
        return settings.requestDeadline()
                ? new RatedOutput(connection.out(), connection::timeout, settings.timeouts().dataTransfer(),
                        settings.minDataRate(), System::nanoTime)
                : connection.out();
    }

    void flush() throws IOException {
        connection.out().flush();
    }

    /** Waits before the dot at the end of content where a firewall would not pass it on in one piece with the content. */
    void pauseBeforeDot() throws IOException {
        if (!workarounds.contains(PixWorkarounds.Workaround.DELAY_DOTCRLF)) {
            return;
        }
        flush();
        try {
            Thread.sleep(oddities.pix().delay());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the end of content", e);
        }
    }

    /** What is said in it, for those who want to know. */
    Transcript transcript() {
        return transcript;
    }

    /** The limit of each wait in what follows. */
    void timeout(Duration limit) {
        connection.timeout(limit);
    }

    /** Waits for one reply. After 421 the server closes, whatever it was about. */
    Reply reply(Duration limit) throws IOException {
        connection.timeout(limit);
        if (settings.requestDeadline()) {
            connection.in().deadline(System.nanoTime() + limit.toNanos());
        }
        for (int garbage = 0;; garbage++) {
            try {
                Reply reply = replies.read();
                if (reply.code() == 421) {
                    unusable();
                }
                return reply;
            } catch (MalformedReplyException noise) {
                // Servers are known that chatter before their reply.
                if (garbage == MOST_GARBAGE) {
                    throw noise;
                }
            }
        }
    }

    /** The fact behind an exception; the session is over. */
    Trouble ended(IOException failure, String doing) {
        unusable();
        return switch (failure) {
            case SocketTimeoutException _ -> new Trouble.TimedOut(peer, doing);
            case MapUnavailableException _ -> new Trouble.NoServerMap(peer);
            case MalformedReplyException garbage -> new Trouble.Garbled(peer, String.valueOf(garbage.getMessage()),
                    doing);
            default -> new Trouble.Lost(peer, doing);
        };
    }

    /** Why the server stopped taking data, if it said so before it closed. */
    Optional<Reply> lastWords() {
        try {
            Reply reply = reply(LAST_WORDS);
            return reply.isFailure() ? Optional.of(reply) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Ends the connection at once, in whatever state. */
    void abort() {
        unusable();
        connection.abort();
    }

    /** Says goodbye and closes; never fails. */
    void quit() {
        try {
            if (usable && connection.isOpen()) {
                connection.timeout(settings.timeouts().quit());
                command("QUIT");
                flush();
                if (!settings.skipQuitResponse()) {
                    replies.read();
                }
            }
        } catch (IOException _) {
            // The server was quicker.
        } finally {
            unusable();
            connection.close();
            transcript.end();
        }
    }
}
