package org.postrider.smtpd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the restriction lists are asked about at one moment of a session: client, HELO name, sender, and at most one recipient.
 * Collects what they put aside. One session's thread.
 */
final class Inquiry {
    private static final Logger log = LoggerFactory.getLogger(Inquiry.class);
    private static final int DEEPEST = 100;

    private final Session session;
    private final String recipient;
    private String etrnDomain = "";
    private final PendingDeferrals deferrals = new PendingDeferrals();
    private Stage stage;
    private boolean warnOnly;
    private boolean recipientChecked;
    private boolean senderChecked;
    private int depth;
    private final List<String> remarks = new ArrayList<>(0);

    /** @param recipient internal form; empty where there is none, or more than one */
    Inquiry(Session session, Stage stage, String recipient) {
        this.session = session;
        this.stage = stage;
        this.recipient = recipient;
    }

    Session session() {
        return session;
    }

    Site site() {
        return session.site();
    }

    Settings.Codes codes() {
        return session.settings().codes();
    }

    Client client() {
        return session.client();
    }

    String helo() {
        return session.helo();
    }

    /** Envelope sender, internal form. */
    String sender() {
        return session.transaction().sender();
    }

    /** True once MAIL was given, be the sender empty or not. */
    boolean hasSender() {
        return session.transaction().begun();
    }

    String recipient() {
        return recipient;
    }

    /** The site of ETRN; empty elsewhere. */
    String etrnDomain() {
        return etrnDomain;
    }

    void etrnDomain(String site) {
        etrnDomain = site;
    }

    PendingDeferrals deferrals() {
        return deferrals;
    }

    /** The list that is being asked. */
    Stage stage() {
        return stage;
    }

    void stage(Stage now) {
        stage = now;
    }

    /** The present restriction stands after warn_if_reject. */
    boolean warnOnly() {
        return warnOnly;
    }

    void warnOnly(boolean on) {
        warnOnly = on;
    }

    /** Something to be logged behind the refusal that comes now. */
    void remark(String text) {
        remarks.add(text);
    }

    /** Logs what was to be logged behind a refusal. */
    void logRemarks() {
        remarks.forEach(log::warn);
        remarks.clear();
    }

    /** Goes one list deeper; false when lists are nested without end. */
    boolean enter() {
        depth++;
        return depth <= DEEPEST;
    }

    void leave() {
        depth--;
    }

    /** reject_unlisted_recipient was asked and need not be asked again. */
    boolean recipientChecked() {
        return recipientChecked;
    }

    void markRecipientChecked() {
        recipientChecked = true;
    }

    boolean senderChecked() {
        return senderChecked;
    }

    void markSenderChecked() {
        senderChecked = true;
    }

    /** What stands between the angle brackets of a reply about this subject. */
    String name(Subject subject) {
        return switch (subject) {
            case CLIENT -> client().title();
            case REVERSE_CLIENT -> client().name().reverseName();
            case CERTIFICATE -> session.tls().map(TlsPeer::subject).orElse("");
            case LOGIN -> session.login().map(Login::user).orElse("");
            case HELO -> helo();
            case SENDER -> sender();
            case RECIPIENT -> recipient;
            case DATA -> "DATA";
            case ETRN -> etrnDomain;
            case END_OF_DATA -> "END-OF-MESSAGE";
        };
    }

    /** {@code 554 5.7.1 <name>: Sender address rejected: text}. */
    Reply rejection(Subject subject, int code, String status, String text) {
        return rejected(subject, code, fitted(subject, status), text);
    }

    private Reply rejected(Subject subject, int code, String status, String text) {
        return reply(code, status, "<" + name(subject) + ">: " + subject.words() + " rejected: " + text);
    }

    /** The same as a verdict. */
    Verdict refuse(Subject subject, int code, String status, String text) {
        return new Verdict.Refuse(rejection(subject, code, status, text), Verdict.Cause.RULE);
    }

    /** The same with an enhanced status code of newer date (RFC 7505), which is none that a table has for another subject. */
    Verdict refuseAsItIs(Subject subject, int code, String status, String text) {
        return new Verdict.Refuse(rejected(subject, code, status, text), Verdict.Cause.RULE);
    }

    private static String fitted(Subject subject, String status) {
        String fit = subject.fit(status);
        if (!fit.equals(status)) {
            log.info("mapping DSN status {} into {} status {}", status, subject.words(), fit);
        }
        return fit;
    }

    /** A reply whose enhanced status code has the class of its code. */
    static Reply reply(int code, String status, String text) {
        return Softening.apply(Reply.of(code, status, text), false);
    }

    /** The table of an access list gave no answer. */
    Verdict tableFailure(Subject subject) {
        return new Verdict.Refuse(rejection(subject, 451, "4.3.5", "Server configuration error"),
                Verdict.Cause.ACCESS_TABLE);
    }

    /** A table or a daemon gave no answer about this subject: the client may come again. */
    Verdict lookupFailure(Subject subject) {
        return new Verdict.Refuse(Reply.of(451, "4.3.0", "<" + name(subject) + ">: Temporary lookup failure"),
                Verdict.Cause.LOOKUP);
    }

    /** Puts a refusal aside for the case that nobody else refuses; under warn_if_reject it is only logged. */
    Verdict deferIfPermit(Reply reply) {
        if (warnOnly) {
            session.logStep("reject_warning", reply.inOneLine(), recipient);
        } else {
            deferrals.deferIfPermit(reply);
            session.witness().putsAside(reply);
        }
        return Verdict.DUNNO;
    }

    /** Tells the client to come again: at once, or only if nothing else is against it. */
    Verdict later(boolean atOnce, Reply reply) {
        return atOnce ? new Verdict.Refuse(reply, Verdict.Cause.RULE) : deferIfPermit(reply);
    }

    /** Puts a refusal aside that takes the place of a later permanent one. */
    Verdict deferIfReject(Reply reply) {
        deferrals.deferIfReject(reply);
        session.witness().putsAside(reply);
        return Verdict.DUNNO;
    }

    /**
     * The address as access tables know it: complete, and without the routing that leads to this system itself. Empty, and logged,
     * when trivial-rewrite gives no answer.
     */
    Optional<String> complete(String address) {
        return AddressSyntax.isComplete(address)
                ? Optional.of(address)
                : resolve(address).map(ResolveAnswer::recipient);
    }

    /** Where mail for the address goes; empty, and logged, when trivial-rewrite gives no answer. */
    Optional<ResolveAnswer> resolve(String address) {
        try {
            ResolveAnswer answer = site().addresses().resolve(sender(), address);
            return answer.failed() ? Optional.empty() : Optional.of(answer);
        } catch (IOException e) {
            log.warn("address resolve service: {}", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    void rest(Duration time) {
        site().pause().rest(time);
    }
}
