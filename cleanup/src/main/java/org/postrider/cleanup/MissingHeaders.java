package org.postrider.cleanup;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.HeaderName;
import org.postrider.common.mail.MailDate;
import org.postrider.common.mail.AddressTokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds what a message must have and does not have: Message-Id, Date, From, some recipient header. One message, one thread. */
final class MissingHeaders {
    private static final Logger log = LoggerFactory.getLogger(MissingHeaders.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Message message;
    private final CleanupSettings settings;
    private final Set<HeaderName> seen = EnumSet.noneOf(HeaderName.class);
    private boolean resent;

    MissingHeaders(Message message, CleanupSettings settings) {
        this.message = message;
        this.settings = settings;
    }

    /** The message has this field. */
    void saw(HeaderName name) {
        seen.add(name);
        resent |= name.isResent();
    }

    /** The message had this field, which does not go on: a Resent-Bcc alone tells that the message was sent again. */
    void dropped(HeaderName name) {
        resent |= name.isResent();
    }

    /** The header is at its end. */
    void complete(ContentWriter out) throws IOException {
        if (settings.alwaysAddMissingHeaders() || !message.headerContext().isEmpty()) {
            addMissing(out);
        }
        if (!seen.contains(HeaderName.MESSAGE_ID) && !seen.contains(HeaderName.RESENT_MESSAGE_ID)) {
            log.info("{}: message-id=<>", message.id());
        }
    }

    private void addMissing(ContentWriter out) throws IOException {
        HeaderName messageId = resent ? HeaderName.RESENT_MESSAGE_ID : HeaderName.MESSAGE_ID;
        if (seen.add(messageId)) {
            String value = '<' + messageId() + '>';
            out.text(messageId.title() + ": " + value);
            logId(messageId, value);
        }
        HeaderName date = resent ? HeaderName.RESENT_DATE : HeaderName.DATE;
        if (!seen.contains(date)) {
            out.text(date.title() + ": " + MailDate.rfc5322(message.arrived, settings.zone()));
        }
        HeaderName from = resent ? HeaderName.RESENT_FROM : HeaderName.FROM;
        if (!seen.contains(from)) {
            out.text(from.title() + ": " + from());
        }
        if (!settings.undisclosedRecipientsHeader().isEmpty() && !hasRecipientHeader()) {
            out.text(settings.undisclosedRecipientsHeader());
        }
    }

    /** Tells the message's id to the log, in the form that logs are searched for. */
    void logId(HeaderName name, String value) {
        if (name == HeaderName.MESSAGE_ID) {
            message.messageId = value;
        }
        log.info("{}: {}={}", message.id(), name.title().toLowerCase(Locale.ROOT), ContentChecks.printable(value));
    }

    private boolean hasRecipientHeader() {
        return seen.contains(HeaderName.TO) || seen.contains(HeaderName.CC) || seen.contains(HeaderName.RESENT_TO)
                || seen.contains(HeaderName.RESENT_CC);
    }

    private String messageId() {
        Instant created = message.created();
        String id = settings.longQueueIds() ? message.id() : STAMP.format(created) + '.' + message.id();
        return id + '@' + settings.myhostname();
    }

    private String from() {
        String address = Address
                .toExternal(message.sender.isEmpty() ? settings.emptyAddressRecipient() : message.sender);
        if (message.fullName.isEmpty()) {
            return address;
        }
        boolean ascii = message.fullName.chars().allMatch(c -> c < 0x80);
        if (!ascii) {
            String name = EncodedWords.of(message.fullName, settings.fullNameCharset());
            return settings.standardFrom() ? name + " <" + address + '>' : address + " (" + name + ')';
        }
        return settings.standardFrom()
                ? phrase(message.fullName) + " <" + address + '>'
                : address + " (" + comment(message.fullName) + ')';
    }

    /** A display name, quoted when it is more than words. */
    private static String phrase(String name) {
        for (AddressTokens.Token token : AddressTokens.scan(name, Integer.MAX_VALUE)) {
            if (token.kind() != AddressTokens.Kind.ATOM) {
                return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            }
        }
        return name;
    }

    private static String comment(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '(' || c == ')' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }
}
