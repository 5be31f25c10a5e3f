package org.postrider.smtpd;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.mail.Verp;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.EnvelopeCommand;
import org.postrider.common.smtp.EsmtpParameter;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MAIL (RFC 5321 section 4.1.1.2) with SIZE (RFC 1870), BODY (RFC 6152), RET and ENVID (RFC 3461), AUTH (RFC 4954), REQUIRETLS (RFC 8689). */
final class MailVerb {
    private static final Logger log = LoggerFactory.getLogger(MailVerb.class);
    /** Parameters that are unknown without an equals sign. */
    private static final Set<String> VALUED = Set.of("SIZE", "RET", "ENVID", "AUTH");
    /** The answer of strict_smtputf8 to an address in UTF-8 in a transaction that is not said to have one. */
    static final Reply MUST_DECLARE = Reply.of(553, "5.6.7", "Must declare SMTPUTF8 to send unicode address");

    private MailVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (session.helo().isEmpty() && session.settings().conduct().heloRequired()) {
            return Outcome.error(503, "5.5.1", "Error: send HELO/EHLO first");
        }
        if (session.transaction().begun()) {
            return Outcome.error(503, "5.5.1", "Error: nested MAIL command");
        }
        if (session.transaction().inChunks()) {
            return Outcome.error(503, "5.5.1", "Error: MAIL after BDAT");
        }
        boolean strict = session.settings().conduct().strictEnvelopes();
        EnvelopeCommand said = EnvelopeCommand.parse(command.arguments(), "FROM", strict);
        Optional<Reply> tooOften = tooOften(session, Kind.MESSAGE, said);
        if (tooOften.isPresent()) {
            return Outcome.error(tooOften.get());
        }
        return switch (said) {
            case EnvelopeCommand.BadCommand() -> Outcome.error(501, "5.5.4", "Syntax: MAIL FROM:<address>");
            case EnvelopeCommand.BadAddress(String text) -> AddressSyntax.refuse(session, "MAIL", text);
            case EnvelopeCommand.Path(String address, String text, List<EsmtpParameter> parameters) when AddressSyntax
                    .isMeaningless(session, address, saysUtf8(session, parameters)) ->
                AddressSyntax.refuse(session, "MAIL", text);
            case EnvelopeCommand.Path path -> accept(session, path);
        };
    }

    /** Whatever has the form of the command counts for the limits of a client, be its address and parameters as bad as they may. */
    static Optional<Reply> tooOften(Session session, Kind kind, EnvelopeCommand said) {
        return said instanceof EnvelopeCommand.BadCommand
                ? Optional.empty()
                : session.count(kind);
    }

    private static boolean saysUtf8(Session session, List<EsmtpParameter> parameters) {
        return offersUtf8(session) && parameters.stream()
                .anyMatch(parameter -> parameter.name().equals("SMTPUTF8") && !parameter.hasValue());
    }

    private static Outcome accept(Session session, EnvelopeCommand.Path path) {
        MailRequest request = MailRequest.from(path.address());
        boolean submitterGiven = false;
        for (EsmtpParameter parameter : path.parameters()) {
            boolean isSubmitter = parameter.name().equals("AUTH") && !parameter.value().isEmpty()
                    && !parameter.value().equals("<>");
            if (isSubmitter && submitterGiven) {
                return Outcome.error(503, "5.5.4", "Error: multiple AUTH= options");
            }
            submitterGiven |= isSubmitter;
            switch (with(session, request, parameter)) {
                case Parsed.Good(MailRequest more) -> request = more;
                case Parsed.Bad(Reply reply) -> {
                    return Outcome.error(reply);
                }
            }
        }
        if (!request.verp().isEmpty() && request.sender().isEmpty()) {
            return Outcome.error(503, "5.5.4", "Error: XVERP requires non-null sender");
        }
        if (!request.smtputf8() && Utf8.isNotAscii(path.address())) {
            if (session.settings().conduct().strictSmtputf8()) {
                return Outcome.error(MUST_DECLARE);
            }
            session.site().legacy().acceptedUtf8("sender", path.address(), session.client());
        }
        Reply tooLarge = tooLarge(session, request);
        if (tooLarge != null) {
            return Outcome.error(tooLarge);
        }
        session.transaction().begin(request);
        return switch (session.site().checks().atMail(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> accepted(session);
            case Verdict.Refuse(Reply reply, _) -> {
                session.transaction().reset();
                yield Outcome.error(reply);
            }
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
    }

    private static Outcome accepted(Session session) {
        if (!session.settings().conduct().delayOpen()) {
            try {
                CleanupStream _ = RcptVerb.open(session);
            } catch (IOException e) {
                log.warn("queue file write error: {}", String.valueOf(e.getMessage()));
                session.transaction().reset();
                return Outcome.error(451, "4.3.0", "Error: queue file write error");
            }
        }
        return Outcome.done(250, "2.1.0", "Ok");
    }

    /** A parameter taken in, or why not. */
    private sealed interface Parsed {
        record Good(MailRequest request) implements Parsed {}

        record Bad(Reply reply) implements Parsed {}
    }

    private static final Parsed NO_DSN = bad(501, "5.7.1", "DSN support is disabled");

    /** smtputf8_enable, for a client that said EHLO and from which the keyword is not kept. */
    static boolean offersUtf8(Session session) {
        return session.settings().conduct().smtputf8()
                && !session.discards("SMTPUTF8");
    }

    /** requiretls_enable, for a client that talks under TLS and from which the keyword is not kept. */
    private static boolean offersRequireTls(Session session) {
        return session.settings().conduct().requireTls() && session.tls().isPresent()
                && !session.discards("REQUIRETLS");
    }

    private static Parsed bad(int code, String status, String text) {
        return new Parsed.Bad(Reply.of(code, status, text));
    }

    private static Parsed with(Session session, MailRequest request, EsmtpParameter parameter) {
        boolean dsn = !session.discards("DSN");
        String value = parameter.value();
        if (VALUED.contains(parameter.name()) && !parameter.hasValue()) {
            return unsupported(parameter);
        }
        return switch (parameter.name()) {
            case "SIZE" -> size(request, value);
            case "BODY" -> body(request, parameter);
            case "RET" -> dsn ? returns(request, value) : NO_DSN;
            case "ENVID" -> dsn ? envelopeId(request, value) : NO_DSN;
            case "SMTPUTF8" -> offersUtf8(session) && !parameter.hasValue()
                    ? new Parsed.Good(request.withSmtputf8())
                    : unsupported(parameter);
            case "REQUIRETLS" -> offersRequireTls(session) && !parameter.hasValue()
                    ? new Parsed.Good(request.withRequireTls())
                    : unsupported(parameter);
            case "AUTH" -> submitter(session, request, parameter);
            case "XVERP" -> verp(session, request, parameter);
            default -> unsupported(parameter);
        };
    }

    /** RFC 4954 section 5: who has submitted the message first; believed only from a client that has logged in. */
    private static Parsed submitter(Session session, MailRequest request, EsmtpParameter parameter) {
        boolean known = session.site().sasl().isActive(session) && session.login().isPresent()
                && !parameter.value().equals("<>");
        return new Parsed.Good(known ? request.withSubmitter(parameter.value()) : request);
    }

    /** VERP_README: bounces go to addresses that name the recipient; for trusted clients only. */
    private static Parsed verp(Session session, MailRequest request, EsmtpParameter parameter) {
        if (!session.site().mayVerp(session.client())) {
            return unsupported(parameter);
        }
        Settings.Names names = session.settings().names();
        String delimiters = parameter.hasValue() ? parameter.value() : names.verpDelimiters();
        return Verp.complaint(delimiters, names.verpFilter()).isEmpty()
                ? new Parsed.Good(request.withVerp(delimiters))
                : bad(501, "5.5.4", "Error: XVERP needs two characters from " + names.verpFilter());
    }

    private static Parsed unsupported(EsmtpParameter parameter) {
        return bad(555, "5.5.4", "Unsupported option: " + parameter.text());
    }

    private static Parsed size(MailRequest request, String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return bad(501, "5.5.4", "Bad message size syntax");
        }
        try {
            return new Parsed.Good(request.withSize(Long.parseLong(value)));
        } catch (NumberFormatException _) {
            return bad(552, "5.3.4", "Message size exceeds file system imposed limit");
        }
    }

    private static Parsed body(MailRequest request, EsmtpParameter parameter) {
        String encoding = switch (parameter.value().toUpperCase(java.util.Locale.ROOT)) {
            case "8BITMIME" -> "8bit";
            case "7BIT" -> "7bit";
            default -> "";
        };
        return encoding.isEmpty()
                ? unsupported(parameter)
                : new Parsed.Good(request.withEncoding(encoding));
    }

    private static Parsed returns(MailRequest request, String value) {
        int flags = switch (value.toUpperCase(java.util.Locale.ROOT)) {
            case "FULL" -> 1;
            case "HDRS" -> 2;
            default -> 0;
        };
        if (flags == 0 || request.returnFlags() != 0) {
            return bad(501, "5.5.4", "Bad RET parameter syntax");
        }
        return new Parsed.Good(request.withReturnFlags(flags));
    }

    private static Parsed envelopeId(MailRequest request, String value) {
        String decoded = XtextValue.decode(value);
        boolean printable = decoded.chars().allMatch(c -> c < 127);
        if (decoded.isEmpty() || !printable || !request.envelopeId().isEmpty()) {
            return bad(501, "5.5.4", "Bad ENVID parameter syntax");
        }
        return new Parsed.Good(request.withEnvelopeId(decoded));
    }

    private static org.postrider.common.smtp.@org.jspecify.annotations.Nullable Reply tooLarge(Session session,
            MailRequest request) {
        Settings.Limits limits = session.settings().limits();
        if (limits.messageSize() > 0 && request.size() > limits.messageSize()) {
            Reply reply = Reply.of(552, "5.3.4", "Message size exceeds fixed limit");
            session.logRefusedSender(reply, request.sender());
            return reply;
        }
        return session.site().diskCheck().refusal();
    }
}
