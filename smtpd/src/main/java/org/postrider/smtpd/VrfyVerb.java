package org.postrider.smtpd;

import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.EnvelopeCommand;
import org.postrider.common.smtp.Reply;

/** VRFY (RFC 5321 section 4.1.1.6): asks the restrictions what RCPT would ask them; it never tells more than they do. */
final class VrfyVerb {
    private VrfyVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (session.settings().conduct().disableVrfy()) {
            return Outcome.error(502, "5.5.1", "VRFY command is disabled");
        }
        if (session.helo().isEmpty() && session.settings().conduct().heloRequired()) {
            return Outcome.error(503, "5.5.1", "Error: send HELO/EHLO first");
        }
        if (command.arguments().isEmpty()) {
            return Outcome.error(501, "5.5.4", "Syntax: VRFY address");
        }
        boolean strict = session.settings().conduct().strictEnvelopes();
        // The same grammar as RCPT, but brackets are never required.
        return switch (EnvelopeCommand.parse("TO:" + command.arguments(), "TO",
                strict && command.arguments().startsWith("<"))) {
            case EnvelopeCommand.BadCommand() -> badAddress();
            case EnvelopeCommand.BadAddress() -> badAddress();
            case EnvelopeCommand.Path path when path.address().isEmpty() || !path.parameters().isEmpty() ->
                badAddress();
            case EnvelopeCommand.Path path -> switch (session.site().checks().atRecipient(session, path.address())) {
                case Verdict.Dunno _,Verdict.Permit _ -> Outcome.done(252, "2.0.0", command.arguments());
                case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
                case Verdict.Hangup() -> new Outcome.Hangup();
            };
        };
    }

    private static Outcome badAddress() {
        return Outcome.error(501, "5.1.3", "Bad recipient address syntax");
    }
}
