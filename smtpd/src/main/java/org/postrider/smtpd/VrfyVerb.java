package org.postrider.smtpd;

import java.util.regex.Pattern;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.EnvelopeCommand;
import org.postrider.common.smtp.Reply;

/** VRFY (RFC 5321 section 4.1.1.6): asks the restrictions what RCPT would ask them; it never tells more than they do. */
final class VrfyVerb {
    /** RFC 6531 section 3.1: the keyword after the address. */
    private static final Pattern UTF8 = Pattern.compile("[ \\t]+SMTPUTF8$", Pattern.CASE_INSENSITIVE);

    private VrfyVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (session.settings().conduct().disableVrfy()) {
            return Outcome.error(502, "5.5.1", "VRFY command is disabled");
        }
        if (command.arguments().isEmpty()) {
            return syntax(session);
        }
        String arguments = command.arguments().replaceAll("[\\x0b-\\r]", " ");
        boolean utf8 = MailVerb.offersUtf8(session) && UTF8.matcher(arguments).find();
        if (arguments.equalsIgnoreCase("SMTPUTF8") && MailVerb.offersUtf8(session)) {
            return syntax(session);
        }
        return verify(session, utf8 ? UTF8.matcher(arguments).replaceFirst("") : arguments, utf8);
    }

    private static Outcome verify(Session session, String argument, boolean utf8) {
        boolean strict = session.settings().conduct().strictEnvelopes();
        // The same grammar as RCPT, but brackets are never required.
        return switch (EnvelopeCommand.address(argument, strict && argument.startsWith("<"))) {
            case EnvelopeCommand.BadCommand _,EnvelopeCommand.BadAddress _ ->
                AddressSyntax.refuse(session, "VRFY", argument);
            case EnvelopeCommand.Path(String address, _, _) when address.isEmpty()
                    || AddressSyntax.isMeaningless(session, address, utf8) ->
                AddressSyntax.refuse(session, "VRFY", argument);
            case EnvelopeCommand.Path path when !utf8 && Utf8.isNotAscii(path.address())
                    && session.settings().conduct().strictSmtputf8() ->
                Outcome.error(MailVerb.MUST_DECLARE);
            case EnvelopeCommand.Path path -> switch (session.site().checks().atRecipient(session, path.address())) {
                case Verdict.Dunno _,Verdict.Permit _ -> Outcome.done(252, "2.0.0", argument);
                case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
                case Verdict.Hangup() -> new Outcome.Hangup();
            };
        };
    }

    private static Outcome syntax(Session session) {
        return Outcome.error(501, "5.5.4",
                "Syntax: VRFY address" + (MailVerb.offersUtf8(session) ? " [SMTPUTF8]" : ""));
    }
}
