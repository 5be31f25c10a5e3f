package org.postrider.smtpd;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** AUTH (RFC 4954): carries challenges and responses between the client and the authentication service. */
final class AuthVerb {
    private static final Logger log = LoggerFactory.getLogger(AuthVerb.class);

    private static final String NO_REASON = "(reason unavailable)";
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*=*");

    private AuthVerb() {}

    /** A client may not try too often, whatever becomes of it. */
    static Outcome handle(Session session, CommandLine command) {
        return session.count(Kind.AUTH).map(Outcome::error).orElseGet(() -> allowed(session, command));
    }

    private static Outcome allowed(Session session, CommandLine command) {
        Sasl sasl = session.site().sasl();
        if (session.helo().isEmpty() && session.settings().conduct().heloRequired()) {
            return Outcome.error(503, "5.5.1", "Error: send HELO/EHLO first");
        }
        if (!sasl.isActive(session) || session.discards("AUTH")) {
            return Outcome.error(503, "5.5.1", "Error: authentication not enabled");
        }
        if (session.transaction().begun()) {
            return Outcome.error(503, "5.5.1", "Error: MAIL transaction in progress");
        }
        if (session.login().isPresent()) {
            return Outcome.error(503, "5.5.1", "Error: already authenticated");
        }
        List<String> words = command.words();
        if (words.isEmpty() || words.size() > 2) {
            return Outcome.error(501, "5.5.4", "Syntax: AUTH mechanism");
        }
        return begin(session, words);
    }

    private static Outcome begin(Session session, List<String> words) {
        String mechanism = words.getFirst().toUpperCase(Locale.ROOT);
        List<String> offered = session.site().sasl().mechanisms(session);
        if (!offered.contains(mechanism)) {
            return failed(session, words.getFirst(), "Invalid authentication mechanism", "");
        }
        boolean hasInitial = words.size() > 1;
        String initial = hasInitial && !words.get(1).equals("=") ? words.get(1) : "";
        if (initial.length() > session.site().sasl().responseLimit()) {
            return tooLong();
        }
        if (!isBase64(initial)) {
            return failed(session, mechanism, "Invalid base64 data in initial response", "");
        }
        try {
            Authenticator.Begun begun = session.site().sasl().authenticator().begin(new Authenticator.Start(mechanism,
                    initial, hasInitial, session.client(), session.tls().isPresent(),
                    offered.stream().anyMatch(Sasl::bindsChannel) ? Sasl.endPoint(session) : Optional.empty()));
            return step(session, mechanism, begun.exchange(), begun.step());
        } catch (IOException e) {
            return unavailable(session, mechanism, String.valueOf(e.getMessage()));
        }
    }

    private static Outcome step(Session session, String mechanism, Authenticator.Exchange exchange,
            Authenticator.Step step) {
        if (step instanceof Authenticator.Step.Challenge(String text)) {
            return new Outcome.Ask(Reply.plain(334, text), session.site().sasl().responseLimit(), exchange::close,
                    line -> answer(session, mechanism, exchange, line));
        }
        exchange.close();
        return switch (step) {
            case Authenticator.Step.Success(String user) -> {
                session.login(new Login(mechanism, user.replaceAll("[\\x00-\\x1f\\x7f]", "?")));
                yield Outcome.done(235, "2.7.0", "Authentication successful");
            }
            case Authenticator.Step.Failure(String reason, String user) -> failed(session, mechanism, reason, user);
            case Authenticator.Step.TryLater(String reason) -> unavailable(session, mechanism, reason);
            case Authenticator.Step.Challenge _ -> throw new IllegalStateException("answered above");
        };
    }

    private static Outcome answer(Session session, String mechanism, Authenticator.Exchange exchange,
            Optional<String> line) {
        if (line.isEmpty()) {
            exchange.close();
            return tooLong();
        }
        if (line.get().equals("*")) {
            exchange.close();
            log.warn("{}: SASL {} authentication aborted", session.peer(), mechanism);
            return Outcome.error(501, "5.7.0", "Authentication aborted");
        }
        if (!isBase64(line.get())) {
            exchange.close();
            return failed(session, mechanism, "Invalid base64 data in continued response", "");
        }
        try {
            return step(session, mechanism, exchange, exchange.answer(line.get()));
        } catch (IOException e) {
            exchange.close();
            return unavailable(session, mechanism, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isBase64(String text) {
        return BASE64.matcher(text).matches();
    }

    private static Outcome tooLong() {
        return Outcome.error(500, "5.5.6", "SASL response limit exceeded");
    }

    private static Outcome failed(Session session, String mechanism, String reason, String user) {
        String why = reason.isEmpty() ? NO_REASON : reason;
        log.warn("{}: SASL {} authentication failed: {}, sasl_username={}", session.peer(),
                SyntaxText.escaped(mechanism), SyntaxText.escaped(why),
                user.isEmpty() ? "(unavailable)" : SyntaxText.escaped(user));
        return Outcome.error(535, "5.7.8", "Error: authentication failed: " + why);
    }

    private static Outcome unavailable(Session session, String mechanism, String given) {
        String reason = given.isEmpty() ? NO_REASON : given;
        log.warn("{}: SASL {} authentication failed: {}, sasl_username=(unavailable)", session.peer(), mechanism,
                SyntaxText.escaped(reason));
        return Outcome.error(454, "4.7.0", "Temporary authentication failure: " + reason);
    }
}
