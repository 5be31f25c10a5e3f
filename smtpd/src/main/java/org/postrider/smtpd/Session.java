package org.postrider.smtpd;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.smtp.BareNewline;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a session knows and has done so far. Touched by the session's thread only. */
final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final Site site;
    private Privileges privileges = Privileges.NONE;
    private Client client;
    private final SessionInput input;
    private final Transaction transaction = new Transaction();
    private final CommandCounts counts = new CommandCounts();
    private final Map<Stage, PendingDeferrals> deferrals = new EnumMap<>(Stage.class);
    private String helo = "";
    private String protocol = "SMTP";
    private String where = "CONNECT";
    private int errors;
    private int junk;
    private boolean improperPipelining;
    private boolean bareLineFeedNoted;
    private @Nullable Reply denied;
    private Optional<Verdict.Cause> refusal = Optional.empty();
    private @Nullable TlsPeer tls;
    private @Nullable Login login;
    private Forwarded forwarded = Forwarded.NOTHING;
    private boolean passedOn;
    private Witness witness = Witness.NOBODY;

    Session(Site site, Client client, SessionInput input) {
        this.site = site;
        this.client = client;
        this.input = input;
        transaction.instance(Long.toHexString(site.clock().instant().toEpochMilli()) + "."
                + Integer.toHexString(System.identityHashCode(this)));
    }

    Site site() {
        return site;
    }

    Settings settings() {
        return site.settings();
    }

    Client client() {
        return client;
    }

    SessionInput input() {
        return input;
    }

    Transaction transaction() {
        return transaction;
    }

    CommandCounts counts() {
        return counts;
    }

    /** What the lists of earlier steps have put aside for RCPT. */
    Collection<PendingDeferrals> deferrals() {
        return deferrals.values();
    }

    /** A list was asked at its own step; what it put aside takes the place of what it did before. */
    void deferrals(Stage stage, PendingDeferrals putAside) {
        deferrals.put(stage, putAside);
    }

    /** The name of HELO or EHLO; empty before. */
    String helo() {
        return helo;
    }

    /** {@code SMTP} or {@code ESMTP}. */
    String protocol() {
        return protocol;
    }

    void greeted(String name, String with) {
        helo = name;
        protocol = with;
    }

    /** The step at which the session is, as log lines have it: {@code CONNECT}, a verb, {@code END-OF-MESSAGE}. */
    String where() {
        return where;
    }

    void where(String step) {
        where = step;
    }

    int errors() {
        return errors;
    }

    void addError() {
        errors++;
    }

    /** One more command that brings no mail nearer; too many of them are errors. */
    void addJunk() {
        if (junk > settings().limits().junkCommands()) {
            errors++;
        }
        junk++;
    }

    /** A message was delivered: the client is a mail client after all. */
    void forgive() {
        errors = 0;
        junk = 0;
    }

    /** The client has sent commands ahead where it must not. */
    boolean improperPipelining() {
        return improperPipelining;
    }

    void markImproperPipelining() {
        improperPipelining = true;
    }

    /** The client has ended a line in LF without CR, of which smtpd_forbid_bare_newline may want a note. */
    void noteBareLineFeed() {
        bareLineFeedNoted |= settings().conduct().bareNewline() == BareNewline.NOTE;
    }

    /** What else the line that says {@code disconnect} tells, with a blank in front; empty for nothing. */
    String notes() {
        return bareLineFeedNoted ? " notes=bare_lf" : "";
    }

    /** The refusal of the client itself, with which it was greeted. */
    Optional<Reply> denied() {
        return Optional.ofNullable(denied);
    }

    void deny(Reply reply) {
        denied = reply;
    }

    /** The restrictions have refused what the present command wants. */
    void refusedFor(Verdict.Cause cause) {
        refusal = Optional.of(cause);
    }

    /** Why they refused since this was asked last; empty when they did not. */
    Optional<Verdict.Cause> takeRefusal() {
        Optional<Verdict.Cause> taken = refusal;
        refusal = Optional.empty();
        return taken;
    }

    /** What TLS tells of the client; empty as long as everything is in the clear. */
    Optional<TlsPeer> tls() {
        return Optional.ofNullable(tls);
    }

    /** Who the client has logged in as. */
    Optional<Login> login() {
        return Optional.ofNullable(login);
    }

    void login(Login proved) {
        login = proved;
    }

    /** Who hears how restrictions are evaluated. */
    Witness witness() {
        return witness;
    }

    void witness(Witness hears) {
        witness = hears;
    }

    /** What XFORWARD said of the next message. */
    Forwarded forwarded() {
        return forwarded;
    }

    /** @param ofClient it says something of the client, be it only that something is not known */
    void forwarded(Forwarded said, boolean ofClient) {
        forwarded = said;
        passedOn |= ofClient;
    }

    /** True when XFORWARD has said something of the client that the next message came from. */
    boolean passedOn() {
        return passedOn;
    }

    /** The transaction is over, or never was. */
    void resetTransaction() {
        transaction.reset();
        forwarded = Forwarded.NOTHING;
        passedOn = false;
    }

    Privileges privileges() {
        return privileges;
    }

    /** The client has connected; it is not let in before {@link #admit}. */
    void connected() {
        privileges = Privileges.of(site, client);
    }

    /** No limit keeps the client out. */
    void admit() {
        privileges = privileges.admitted(site, client);
    }

    /** Counts an event of this client's for the limits, see {@link ClientLimits#count}. */
    Optional<Reply> count(Kind kind) {
        return site.clientLimits().count(kind, client, privileges);
    }

    /** This EHLO keyword, in upper case, is neither announced nor taken; not so where no table could tell. */
    boolean discards(String keyword) {
        return privileges.discarded().filter(words -> words.contains(keyword)).isPresent();
    }

    /** Logs and makes the end of a session for which a table that must answer does not; {@code doubt} is what is not known. */
    Outcome dataError(String doubt) {
        Reply reply = settings().names().farewells().dataError();
        log.warn("don't know {} {}", doubt, peer());
        witness.acts("reject", reply.inOneLine());
        log.info("{}: reject: {} from {}: {}", transaction.title(), where, peer(), reply.inOneLine());
        return Outcome.error(reply);
    }

    /** The same where nobody knows what the client has said (smtpd_command_filter): no command is counted. */
    Outcome dataError() {
        Reply reply = settings().names().farewells().dataError();
        logStep("reject", reply.inOneLine(), "");
        return new Outcome.Leave(reply, false);
    }

    /** XCLIENT: the session is another client's from here on. */
    void become(Client other, String name, String with, Optional<Login> proved) {
        client = other;
        privileges = privileges.speakingFor(site, other);
        helo = name;
        protocol = with;
        login = proved.orElse(null);
        denied = null;
        deferrals.clear();
        resetTransaction();
    }

    /** From here on everything is encrypted: what was said before counts for nothing (RFC 3207 section 4.2). */
    void encrypted(TlsPeer peer) {
        tls = peer;
        resetTransaction();
        login = null;
        helo = "";
        protocol = "SMTP";
    }

    /** The client as log lines name it. */
    String peer() {
        return settings().conduct().portLogging() && !client.port().isEmpty()
                ? client.title() + ":" + client.port()
                : client.title();
    }

    /** Logs what happened at the present step: {@code <id>: reject: RCPT from name[address]: text; from=<> to=<> ...}. */
    void logStep(String action, String text, String recipient) {
        witness.acts(action, text);
        log.info("{}: {}: {} from {}: {};{}", transaction.title(), action, where, peer(), plain(text, " "),
                plain(context(recipient), "?"));
    }

    /** Logs a refusal of MAIL, when the transaction is not begun and the sender is not in it. */
    void logRefusedSender(Reply reply, String sender) {
        log.info("{}: reject: {} from {}: {}; from=<{}>{}", transaction.title(), where, peer(),
                plain(reply.inOneLine(), " "),
                plain(shown(sender), "?"), plain(context(""), "?"));
    }

    /** Logs from whom the message with this queue id comes. */
    void logClient(String queueId) {
        StringBuilder line = new StringBuilder(80);
        if (login != null) {
            line.append(", sasl_method=").append(login.method()).append(", sasl_username=").append(login.user());
        }
        if (!transaction.request().submitter().isEmpty()) {
            line.append(", sasl_sender=").append(transaction.request().submitter());
        }
        if (!forwarded.ident().isEmpty()) {
            line.append(", orig_queue_id=").append(forwarded.ident());
        }
        if (passedOn) {
            line.append(", orig_client=").append(forwarded.title());
        }
        log.info("{}: client={}{}", queueId, peer(), line);
    }

    /** Without smtputf8_enable nothing but ASCII is logged of what a client says. */
    private String plain(String text, String other) {
        return settings().conduct().smtputf8() ? text : text.replaceAll("[^\\x00-\\x7f]", other);
    }

    private String shown(String address) {
        return settings().conduct().loggedAddresses().show(address);
    }

    private String context(String recipient) {
        StringBuilder context = new StringBuilder(80);
        if (transaction.begun()) {
            context.append(" from=<").append(shown(transaction.sender())).append('>');
        }
        if (!recipient.isEmpty()) {
            context.append(" to=<").append(shown(recipient)).append('>');
        }
        context.append(" proto=").append(protocol);
        if (!helo.isEmpty()) {
            context.append(" helo=<").append(helo).append('>');
        }
        if (login != null) {
            context.append(" sasl_method=").append(login.method()).append(" sasl_username=").append(login.user());
        }
        if (!transaction.request().submitter().isEmpty()) {
            context.append(" sasl_sender=").append(transaction.request().submitter());
        }
        return context.toString();
    }
}
