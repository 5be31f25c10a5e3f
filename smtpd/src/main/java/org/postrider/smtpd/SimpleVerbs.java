package org.postrider.smtpd;

import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;

/** DATA, RSET, NOOP, HELP and QUIT (RFC 5321 sections 4.1.1.4 to 4.1.1.10). */
final class SimpleVerbs {
    private SimpleVerbs() {}

    static Outcome data(Session session, CommandLine command) {
        Transaction transaction = session.transaction();
        if (transaction.inChunks()) {
            return Outcome.error(503, "5.5.1", "Error: DATA after BDAT");
        }
        if (transaction.recipients() == 0) {
            return transaction.begun()
                    ? Outcome.error(554, "5.5.1", "Error: no valid recipients")
                    : Outcome.error(503, "5.5.1", "Error: need RCPT command");
        }
        if (!command.arguments().isEmpty()) {
            return Outcome.error(501, "5.5.4", "Syntax: DATA");
        }
        return switch (session.site().checks().atData(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> new Outcome.TakeContent(
                    Reply.plain(354, "End data with <CR><LF>.<CR><LF>"));
            case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
    }

    static Outcome rset(Session session, CommandLine command) {
        if (!command.arguments().isEmpty()) {
            return Outcome.error(501, "5.5.4", "Syntax: RSET");
        }
        session.resetTransaction();
        return Outcome.done(250, "2.0.0", "Ok");
    }

    static Outcome noop(Session session, CommandLine command) {
        return Outcome.done(250, "2.0.0", "Ok");
    }

    static Outcome help(Session session, CommandLine command) {
        String vrfy = session.settings().conduct().disableVrfy() ? "" : " VRFY";
        return Outcome.done(214, "2.0.0", "Commands: EHLO HELO MAIL RCPT DATA RSET NOOP QUIT HELP ETRN" + vrfy);
    }

    static Outcome quit(Session session, CommandLine command) {
        return new Outcome.Leave(Reply.of(221, "2.0.0", "Bye"), false);
    }
}
