package org.postrider.smtp;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.mail.Xtext;

/** MAIL and RCPT with the parameters that the server understands: SIZE, BODY, SMTPUTF8, REQUIRETLS and those of DSN (RFC 3461). */
final class EnvelopeLines {
    private static final int UTF8_PRESENT = 2 | 4;

    private final SmtpSession session;
    private final Capabilities capabilities;
    private final DeliveryRequest request;
    private final GenericMap generic;
    private final Map<String, String> outside = new HashMap<>();

    EnvelopeLines(SmtpSession session, DeliveryRequest request, GenericMap generic) {
        this.generic = generic;
        this.session = session;
        this.capabilities = session.capabilities();
        this.request = request;
    }

    /** What makes this server unfit for this message, before a command is sent. */
    Optional<Trouble> obstacle() {
        if (capabilities.sizeLimit() > 0 && request.dataSize() > capabilities.sizeLimit()) {
            return Optional.of(new Trouble.TooLarge(session.peer(), request.dataSize(), capabilities.sizeLimit()));
        }
        try {
            mapAddresses();
        } catch (MapUnavailableException e) {
            return Optional.of(new Trouble.NoMap(String.valueOf(e.getMessage())));
        }
        boolean utf8 = (request.sendOptions() & DeliveryRequest.SMTPUTF8) != 0
                && ((request.sendOptions() & UTF8_PRESENT) != 0 || hasUtf8Recipient());
        return utf8 && !capabilities.utf8() ? Optional.of(new Trouble.NeedsUtf8(session.peer())) : Optional.empty();
    }

    private boolean hasUtf8Recipient() {
        return request.recipients().stream()
                .anyMatch(recipient -> recipient.address().chars().anyMatch(c -> c > 0x7f));
    }

    String mail() {
        StringBuilder line = new StringBuilder(100);
        line.append("MAIL FROM:<").append(path(request.sender())).append('>');
        if (capabilities.size()) {
            line.append(" SIZE=").append(request.dataSize());
        }
        if (capabilities.eightBit() && !request.encoding().isEmpty()) {
            line.append(request.encoding().equals("8bit") ? " BODY=8BITMIME" : " BODY=7BIT");
        }
        if (capabilities.utf8() && (request.sendOptions() & DeliveryRequest.SMTPUTF8) != 0) {
            line.append(" SMTPUTF8");
        }
        if (capabilities.dsn()) {
            if (!request.envelopeId().isEmpty()) {
                line.append(" ENVID=").append(Xtext.encode(request.envelopeId()));
            }
            if (request.dsnReturn() > 0) {
                line.append(request.dsnReturn() == 1 ? " RET=FULL" : " RET=HDRS");
            }
        }
        if (session.settings().saysDummyAuth() && session.isLoggedIn()) {
            // We are known to the server; who wrote the message is not.
            line.append(" AUTH=<>");
        }
        if (session.isEncrypted() && capabilities.requireTls() && session.settings().requireTls().enabled()
                && (request.sendOptions() & DeliveryRequest.REQUIRE_TLS) != 0) {
            line.append(" REQUIRETLS");
        }
        return line.toString();
    }

    String rcpt(Recipient recipient) {
        StringBuilder line = new StringBuilder(100);
        line.append("RCPT TO:<").append(path(recipient.address())).append('>');
        if (capabilities.dsn()) {
            if (!recipient.dsnOriginal().isEmpty()) {
                line.append(" ORCPT=").append(original(recipient.dsnOriginal()));
            }
            if (recipient.dsnNotify() != 0) {
                line.append(" NOTIFY=").append(conditions(recipient.dsnNotify()));
            }
        }
        return line.toString();
    }

    /** Before the first command, because a table that can't be asked must not break a transaction off. */
    private void mapAddresses() throws MapUnavailableException {
        if (generic.isEmpty()) {
            return;
        }
        outside.put(request.sender(), generic.map(request.sender()));
        for (Recipient recipient : request.recipients()) {
            outside.put(recipient.address(), generic.map(recipient.address()));
        }
    }

    private String path(String inside) {
        String address = outside.getOrDefault(inside, inside);
        return session.settings().quoteEnvelope() ? Address.toExternal(address) : address;
    }

    /** The queue keeps {@code type;address} decoded; the type is never encoded. */
    private static String original(String decoded) {
        int semicolon = decoded.indexOf(';');
        return decoded.substring(0, semicolon + 1) + Xtext.encode(decoded.substring(semicolon + 1));
    }

    private static String conditions(int bits) {
        if ((bits & Recipient.NOTIFY_NEVER) != 0) {
            return "NEVER";
        }
        StringBuilder words = new StringBuilder(24);
        add(words, bits & Recipient.NOTIFY_SUCCESS, "SUCCESS");
        add(words, bits & Recipient.NOTIFY_FAILURE, "FAILURE");
        add(words, bits & Recipient.NOTIFY_DELAY, "DELAY");
        return words.toString();
    }

    private static void add(StringBuilder words, int bit, String word) {
        if (bit != 0) {
            words.append(words.isEmpty() ? "" : ",").append(word);
        }
    }
}
