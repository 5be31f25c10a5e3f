package org.postrider.smtpd;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.postrider.common.dns.DomainName;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ETRN (RFC 1985): asks flush to deliver what waits for a site. Its replies have no enhanced status codes. */
final class EtrnVerb {
    private static final Logger log = LoggerFactory.getLogger(EtrnVerb.class);

    private EtrnVerb() {}

    /** Asks the flush service; answers what became of it. */
    @FunctionalInterface
    interface Flush {
        FlushRequest.Status site(String name) throws IOException;
    }

    static Outcome handle(Session session, CommandLine command) {
        if (session.helo().isEmpty() && session.settings().conduct().heloRequired()) {
            return plain(503, "Error: send HELO/EHLO first");
        }
        if (session.transaction().begun()) {
            return plain(503, "Error: MAIL transaction in progress");
        }
        List<String> words = command.words();
        if (words.size() != 1) {
            return plain(500, "Syntax: ETRN domain");
        }
        String argument = words.getFirst();
        String site = argument.startsWith("@") || argument.startsWith("#") ? argument.substring(1) : argument;
        if (!HeloRestrictions.isLiteral(site)
                && (!DomainName.valid(site) || site.endsWith(".") || HeloRestrictions.validAddress(site))) {
            return plain(501, "Error: invalid parameter syntax");
        }
        return switch (session.site().checks().atEtrn(session, site)) {
            case Verdict.Dunno _,Verdict.Permit _ -> flush(session, site.toLowerCase(Locale.ROOT));
            case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
    }

    private static Outcome flush(Session session, String site) {
        FlushRequest.Status status;
        try {
            status = session.site().flush().site(site);
        } catch (IOException e) {
            log.warn("flush service: {}", String.valueOf(e.getMessage()));
            status = FlushRequest.Status.FAILED;
        }
        return switch (status) {
            case OK -> {
                session.site().legacy().flushed(site);
                yield new Outcome.Say(Reply.plain(250, "Queuing started"), false);
            }
            case BAD -> {
                log.warn("bad ETRN {}... from {}", site, session.peer());
                yield plain(458, "Unable to queue messages");
            }
            case UNKNOWN_SITE, DENIED -> {
                log.warn("reject: ETRN {}... from {}", site, session.peer());
                yield plain(459, "<" + site + ">: service unavailable");
            }
            case FAILED -> plain(458, "Unable to queue messages");
        };
    }

    private static Outcome plain(int code, String text) {
        return Outcome.error(Reply.plain(code, text));
    }
}
