package org.postrider.smtpd;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.mail.Recipient;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.EnvelopeCommand;
import org.postrider.common.smtp.EsmtpParameter;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RCPT (RFC 5321 section 4.1.1.3) with NOTIFY and ORCPT (RFC 3461). The first recipient accepted opens the way to cleanup. */
final class RcptVerb {
    private static final Logger log = LoggerFactory.getLogger(RcptVerb.class);

    private RcptVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (!session.transaction().begun()) {
            return Outcome.error(503, "5.5.1", "Error: need MAIL command");
        }
        if (session.transaction().inChunks()) {
            return Outcome.error(503, "5.5.1", "Error: RCPT after BDAT");
        }
        boolean strict = session.settings().conduct().strictEnvelopes();
        EnvelopeCommand said = EnvelopeCommand.parse(command.arguments(), "TO", strict);
        Optional<Reply> tooOften = MailVerb.tooOften(session, Kind.RECIPIENT, said);
        if (tooOften.isPresent()) {
            return Outcome.error(tooOften.get());
        }
        return switch (said) {
            case EnvelopeCommand.BadCommand() -> Outcome.error(501, "5.5.4", "Syntax: RCPT TO:<address>");
            case EnvelopeCommand.BadAddress(String text) -> AddressSyntax.refuse(session, "RCPT", text);
            case EnvelopeCommand.Path(String address, String text, _) when address.isEmpty()
                    || AddressSyntax.isMeaningless(session, address,
                            session.transaction().request().smtputf8()) ->
                AddressSyntax.refuse(session, "RCPT", text);
            case EnvelopeCommand.Path path -> parameters(session, path);
        };
    }

    private static Outcome parameters(Session session, EnvelopeCommand.Path path) {
        boolean utf8 = session.transaction().request().smtputf8();
        if (!utf8 && Utf8.isNotAscii(path.address())) {
            if (session.settings().conduct().strictSmtputf8()) {
                return Outcome.error(MailVerb.MUST_DECLARE);
            }
            session.site().legacy().acceptedUtf8("recipient", path.address(), session.client());
        }
        boolean dsn = !session.discards("DSN");
        int notify = 0;
        String original = "";
        for (EsmtpParameter parameter : path.parameters()) {
            boolean ofDsn = parameter.hasValue()
                    && (parameter.name().equals("NOTIFY") || parameter.name().equals("ORCPT"));
            if (ofDsn && !dsn) {
                return Outcome.error(501, "5.7.1", "DSN support is disabled");
            }
            if (ofDsn && parameter.name().equals("NOTIFY")) {
                notify = notify != 0 ? -1 : notifyFlags(parameter.value());
                if (notify <= 0) {
                    return Outcome.error(501, "5.5.4", "Error: Bad NOTIFY parameter syntax");
                }
            } else if (ofDsn) {
                original = original.isEmpty() ? original(session, parameter.value()) : "";
                if (original.isEmpty()) {
                    return Outcome.error(501, "5.5.4", "Error: Bad ORCPT parameter syntax");
                }
            } else {
                return Outcome.error(555, "5.5.4", "Unsupported option: " + parameter.text());
            }
        }
        return decide(session, new RecipientRequest(path.address(), notify, original));
    }

    private static int notifyFlags(String value) {
        int flags = 0;
        for (String word : value.split(",", -1)) {
            if (word.isEmpty()) {
                continue;
            }
            int flag = switch (word.toUpperCase(Locale.ROOT)) {
                case "NEVER" -> Recipient.NOTIFY_NEVER;
                case "SUCCESS" -> Recipient.NOTIFY_SUCCESS;
                case "FAILURE" -> Recipient.NOTIFY_FAILURE;
                case "DELAY" -> Recipient.NOTIFY_DELAY;
                default -> 0;
            };
            if (flag == 0) {
                log.warn("unknown DSN NOTIFY command value \"{}\" in \"{}\"", word, value);
                return -1;
            }
            flags |= flag;
        }
        boolean neverAndMore = (flags & Recipient.NOTIFY_NEVER) != 0 && flags != Recipient.NOTIFY_NEVER;
        return neverAndMore ? -1 : flags;
    }

    private static String original(Session session, String value) {
        int semicolon = value.indexOf(';');
        if (semicolon <= 0) {
            return "";
        }
        String type = value.substring(0, semicolon);
        String encoded = value.substring(semicolon + 1);
        String address = session.settings().conduct().smtputf8()
                ? XtextValue.decodeUtf8(encoded)
                : XtextValue.decode(encoded);
        boolean good = (encoded.isEmpty() || !address.isEmpty()) && type.chars().allMatch(c -> c >= ' ' && c != 127);
        return good ? type + ";" + address : "";
    }

    private static Outcome decide(Session session, RecipientRequest recipient) {
        Transaction transaction = session.transaction();
        Settings.Limits limits = session.settings().limits();
        if (limits.recipients() > 0 && transaction.recipients() >= limits.recipients()) {
            boolean counts = transaction.overshoot() >= limits.recipientOvershoot();
            return new Outcome.Say(Reply.of(452, "4.5.3", "Error: too many recipients"), counts);
        }
        return switch (session.site().checks().atRecipient(session, recipient.address())) {
            case Verdict.Dunno _,Verdict.Permit _ -> session.site().userLimits().count(session).map(Outcome::error)
                    .orElseGet(() -> accept(session, recipient));
            case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
    }

    /** The way to cleanup, opened when it is not yet. */
    static CleanupStream open(Session session) throws IOException {
        CleanupStream stream = session.transaction().stream();
        if (stream == null) {
            stream = CleanupStream.open(session);
            session.transaction().stream(stream);
            session.logClient(session.transaction().title());
        }
        return stream;
    }

    private static Outcome accept(Session session, RecipientRequest recipient) {
        Transaction transaction = session.transaction();
        try {
            open(session).recipient(recipient);
        } catch (IOException e) {
            log.warn("{}: queue file write error: {}", transaction.title(), String.valueOf(e.getMessage()));
            return Outcome.error(451, "4.3.0", "Error: queue file write error");
        }
        transaction.addRecipient(recipient.address());
        return Outcome.done(250, "2.1.5", "Ok");
    }
}
