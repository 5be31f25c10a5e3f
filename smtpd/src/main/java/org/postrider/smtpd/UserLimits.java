package org.postrider.smtpd;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much mail a user who has logged in may send, and how much may come from a sender's domain: the parameters
 * smtpd_user_*_rate_limit and smtpd_sender_domain_*_rate_limit. What is counted are recipients that were accepted, and messages with
 * their first one; all services count together. anvil counts; while it can't be asked nobody is refused. Safe for many threads.
 */
final class UserLimits {
    private static final Logger log = LoggerFactory.getLogger(UserLimits.class);

    private final Settings settings;
    private final ClientLimits.Counter counter;
    private final String service;

    /**
     * Most events in a time unit; 0 for no limit.
     *
     * @param what begins what anvil and log lines call it
     */
    record Limit(String what, int messages, int recipients, Duration unit) {
        static Limit of(Parameters parameters, String what, String prefix) {
            return new Limit(what, parameters.number(prefix + "_message_rate_limit"),
                    parameters.number(prefix + "_recipient_rate_limit"),
                    parameters.time(prefix + "_rate_time_unit"));
        }

        int most(Kind kind) {
            return kind == Kind.MESSAGE ? messages : recipients;
        }
    }

    /** What a user may, and what a sender's domain. */
    record Settings(Limit user, Limit domain) {
        static Settings of(Parameters parameters) {
            return new Settings(Limit.of(parameters, "user", "smtpd_user"),
                    Limit.of(parameters, "sender domain", "smtpd_sender_domain"));
        }
    }

    UserLimits(Settings settings, String service, ClientLimits.Counter counter) {
        this.settings = settings;
        this.counter = counter;
        this.service = service;
    }

    /** Counts a recipient, and with the first one the message; the refusal when it is one too many. */
    Optional<Reply> count(Session session) {
        Optional<Reply> refusal = session.transaction().recipients() == 0
                ? count(session, Kind.MESSAGE)
                : Optional.empty();
        return refusal.isPresent() ? refusal : count(session, Kind.RECIPIENT);
    }

    private Optional<Reply> count(Session session, Kind kind) {
        Optional<Reply> refusal = session.login().flatMap(login -> count(session, kind, settings.user, login.user()));
        if (refusal.isPresent() || settings.domain.most(kind) <= 0 || !isOurs(session)) {
            return refusal;
        }
        String sender = session.transaction().sender();
        int at = sender.lastIndexOf('@');
        return at < 0 ? Optional.empty() : count(session, kind, settings.domain, sender.substring(at + 1));
    }

    /** A stranger could use up a domain's share with a forged sender. */
    private static boolean isOurs(Session session) {
        Client client = session.client();
        return session.login().isPresent() || (client.address().isPresent()
                && session.site().myNetworks().match(client.name().name(), client.addressText()).matches());
    }

    private Optional<Reply> count(Session session, Kind kind, Limit limit, String name) {
        int most = limit.most(kind);
        if (most <= 0) {
            return Optional.empty();
        }
        String ident = limit.what() + "/" + name.toLowerCase(Locale.ROOT);
        try {
            int rate = counter.count(new AnvilRequest(kind, ident, Optional.of(limit.unit())));
            return rate > most ? Optional.of(refusal(session, kind, limit, name, rate)) : Optional.empty();
        } catch (IOException e) {
            log.warn("anvil: {}", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Reply refusal(Session session, Kind kind, Limit limit, String name, int rate) {
        boolean message = kind == Kind.MESSAGE;
        String who = limit.what() + " " + SyntaxText.escaped(name);
        log.warn("{} rate limit exceeded: {} from {} for service {}, client {}",
                message ? "Message delivery request" : "Recipient address", rate, who, service,
                session.client().title());
        return Reply.of(450, "4.7.1",
                (message ? "Error: too much mail from " : "Error: too many recipients from ") + who);
    }
}
