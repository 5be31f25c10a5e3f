package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HELO and EHLO (RFC 5321 section 4.1.1.1). Both end a transaction that is under way, unless they are refused. */
final class GreetingVerbs {
    private static final Logger log = LoggerFactory.getLogger(GreetingVerbs.class);
    private static final String SILENT = "SILENT-DISCARD";
    /** What smtpd_discard_ehlo_keywords knows, in the order in which it is logged. */
    private static final List<String> KEYWORDS = List.of("8BITMIME", "AUTH", "ETRN", "PIPELINING", "SIZE", "VRFY",
            "XCLIENT", "XFORWARD", "STARTTLS", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "CHUNKING", "REQUIRETLS");

    private GreetingVerbs() {}

    static Outcome helo(Session session, CommandLine command) {
        if (command.arguments().isEmpty()) {
            return Outcome.error(Reply.plain(501, "Syntax: HELO hostname"));
        }
        Outcome refusal = greet(session, command, "SMTP");
        return refusal != null
                ? refusal
                : new Outcome.Say(Reply.plain(250, session.settings().names().hostname()), false);
    }

    static Outcome ehlo(Session session, CommandLine command) {
        if (command.arguments().isEmpty()) {
            return Outcome.error(Reply.plain(501, "Syntax: EHLO hostname"));
        }
        Outcome refusal = greet(session, command, "ESMTP");
        if (refusal != null) {
            return refusal;
        }
        Privileges privileges = session.privileges();
        if (privileges.discarded().isEmpty()) {
            return session.dataError("what EHLO features to announce to");
        }
        if (privileges.xclient() == MatchOutcome.UNAVAILABLE) {
            return session.dataError("if EHLO feature XCLIENT should be announced to");
        }
        if (privileges.xforward() == MatchOutcome.UNAVAILABLE) {
            return session.dataError("if EHLO feature XFORWARD should be announced to");
        }
        return new Outcome.Say(new Reply(250, "", capabilities(session, privileges.discarded().get())), false);
    }

    private static @org.jspecify.annotations.Nullable Outcome greet(Session session, CommandLine command,
            String protocol) {
        String before = session.protocol();
        String earlier = session.helo();
        session.greeted(printable(String.join(" ", command.words()), session.settings().conduct().smtputf8()), before);
        Outcome refusal = switch (session.site().checks().atHelo(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> null;
            case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
        // A session that was ESMTP once stays so.
        String after = refusal == null && before.equals("SMTP") ? protocol : before;
        session.greeted(refusal == null ? session.helo() : earlier, after);
        if (refusal == null) {
            session.resetTransaction();
        }
        return refusal;
    }

    /** What is not printable, or a blank, must not get into log lines and headers. */
    static String printable(String name, boolean utf8) {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 127 || (c > 127 && !utf8) || c == '(' || c == ')' || c == '<' || c == '>' || c == ';'
                    || c == '"'
                    || c == '\\') {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }

    private static List<String> capabilities(Session session, Set<String> discarded) {
        Settings settings = session.settings();
        long size = settings.limits().messageSize();
        List<String> offered = new ArrayList<>();
        offered.add("PIPELINING");
        offered.add(size > 0 ? "SIZE " + size : "SIZE");
        if (!settings.conduct().disableVrfy()) {
            offered.add("VRFY");
        }
        offered.add("ETRN");
        if (session.site().tls().isOffered() && session.tls().isEmpty()) {
            offered.add("STARTTLS");
        }
        Sasl sasl = session.site().sasl();
        if (sasl.isActive(session) && sasl.announcesTo(session.client())) {
            String mechanisms = String.join(" ", sasl.mechanisms(session));
            if (!mechanisms.isEmpty()) {
                offered.add("AUTH " + mechanisms);
                if (sasl.brokenClients()) {
                    offered.add("AUTH=" + mechanisms);
                }
            }
        }
        if (session.site().mayVerp(session.client())) {
            offered.add("XVERP");
        }
        if (session.privileges().xclient().matches()) {
            offered.add("XCLIENT " + String.join(" ", Forwarded.XCLIENT));
        }
        if (session.privileges().xforward().matches()) {
            offered.add("XFORWARD " + String.join(" ", Forwarded.XFORWARD));
        }
        offered.add("ENHANCEDSTATUSCODES");
        offered.add("8BITMIME");
        offered.add("DSN");
        if (settings.conduct().smtputf8()) {
            offered.add("SMTPUTF8");
        }
        offered.add("CHUNKING");
        if (settings.conduct().requireTls() && session.tls().isPresent()) {
            offered.add("REQUIRETLS");
        }
        offered.removeIf(line -> discarded.contains(line.split("[ =]", -1)[0].toUpperCase(Locale.ROOT)));
        List<String> known = KEYWORDS.stream().filter(discarded::contains).toList();
        if (!known.isEmpty() && !discarded.contains(SILENT)) {
            log.info("discarding EHLO keywords: {}", String.join(" ", known));
        }
        offered.addFirst(settings.names().hostname());
        return offered;
    }
}
