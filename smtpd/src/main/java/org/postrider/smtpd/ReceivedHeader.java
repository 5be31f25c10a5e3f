package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import org.postrider.common.mail.MailDate;

/** The trace header that a server must put before what it accepts (RFC 5321 section 4.4), as lines. */
final class ReceivedHeader {
    private ReceivedHeader() {}

    /** For the message of the session's transaction. */
    static List<String> of(Session session, String queueId) {
        Settings.Names names = session.settings().names();
        Transaction transaction = session.transaction();
        Client client = session.client();
        boolean hidden = session.settings().conduct().hideClientSession();
        boolean single = transaction.recipients() == 1;
        String id = (queueId.isEmpty() ? "" : " id " + queueId) + (single ? "" : ";");
        List<String> lines = new ArrayList<>(4);
        if (hidden) {
            lines.add("Received: by " + names.hostname() + " (" + names.mailName() + ")" + id);
        } else {
            String helo = session.helo().isEmpty() ? client.name().name() : session.helo();
            lines.add("Received: from " + helo + " (" + client.name().name() + " [" + client.literal() + "])");
            if (session.site().tls().showsInHeader()) {
                session.tls().ifPresent(peer -> lines.addAll(TlsText.headerLines(peer)));
            }
            if (session.site().sasl().showsInHeader()) {
                session.login()
                        .ifPresent(login -> lines.add("\t(Authenticated sender: " + comment(login.user()) + ")"));
            }
            lines.add("\tby " + names.hostname() + " (" + names.mailName() + ") with " + with(session) + id);
        }
        String date = MailDate.rfc5322(session.site().clock().instant(), session.site().zone());
        lines.add(single
                ? "\tfor <" + AddressText.external(transaction.firstRecipient()) + ">; " + date
                : "\t" + date);
        return lines;
    }

    /** What would end a comment is quoted (RFC 5322 section 3.2.2). */
    private static String comment(String text) {
        return text.replaceAll("([()\\\\])", "\\\\$1").replaceAll("[\\x00-\\x1f\\x7f]", "?");
    }

    /** RFC 3848 and RFC 6531: the protocol's name. */
    private static String with(Session session) {
        String protocol = session.protocol().equals("ESMTP")
                ? "ESMTP" + (session.tls().isPresent() ? "S" : "") + (session.login().isPresent() ? "A" : "")
                : session.protocol();
        return session.transaction().request().smtputf8() ? protocol.replace("ESMTP", "UTF8SMTP") : protocol;
    }
}
