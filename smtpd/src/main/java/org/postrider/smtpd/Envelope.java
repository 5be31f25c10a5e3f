package org.postrider.smtpd;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/** Writes the sender's part of the envelope, in the order of docs/queue.md. */
final class Envelope {
    private static final int IPV4 = 2;
    private static final int IPV6 = 10;

    private Envelope() {}

    /** Where the message came from, for log lines: what XFORWARD said goes before what is known here. */
    private static void logged(RecordWriter out, Session session) throws IOException {
        Client client = session.client();
        Forwarded forwarded = session.forwarded();
        boolean passedOn = session.passedOn();
        out.attribute("log_client_name", passedOn ? known(forwarded.name()) : client.name().name());
        out.attribute("log_client_address", passedOn ? known(forwarded.address()) : client.addressText());
        out.attribute("log_client_port", passedOn ? known(forwarded.port()) : client.port());
        out.attribute("log_message_origin", passedOn ? forwarded.title() : client.title());
        String helo = passedOn ? forwarded.helo() : session.helo();
        if (!helo.isEmpty()) {
            out.attribute("log_helo_name", helo);
        }
        out.attribute("log_protocol_name", passedOn ? known(forwarded.protocol()) : session.protocol());
    }

    private static String known(String text) {
        return text.isEmpty() ? "unknown" : text;
    }

    /** Everything that comes before the recipients. */
    static void write(RecordWriter out, Session session, String queueId) throws IOException {
        Transaction transaction = session.transaction();
        MailRequest request = transaction.request();
        Client client = session.client();
        Instant now = session.site().clock().instant();
        out.write(RecordType.TIME, now.getEpochSecond() + " " + now.getNano() / 1000);
        String filter = transaction.actions().filter.isEmpty()
                ? session.settings().words().contentFilter()
                : transaction.actions().filter;
        if (!filter.isEmpty()) {
            out.write(RecordType.FILTER, filter);
        }
        if (!queueId.isEmpty()) {
            out.attribute("log_ident", queueId);
        }
        out.attribute("rewrite_context", session.site().checks().rewritesAsLocal(session) ? "local" : "remote");
        Optional<Login> login = session.login();
        if (login.isPresent()) {
            out.attribute("sasl_method", login.get().method());
            out.attribute("sasl_username", login.get().user());
        }
        if (!request.submitter().isEmpty()) {
            out.attribute("sasl_sender", request.submitter());
        }
        if (!request.envelopeId().isEmpty()) {
            out.attribute("envelope_id", request.envelopeId());
        }
        if (request.returnFlags() != 0) {
            out.attribute("ret_flags", Integer.toString(request.returnFlags()));
        }
        out.write(RecordType.SENDER, request.sender());
        if (!request.encoding().isEmpty()) {
            out.attribute("encoding", request.encoding());
        }
        logged(out, session);
        out.attribute("client_name", client.name().name());
        out.attribute("reverse_client_name", client.name().reverseName());
        out.attribute("client_address", client.addressText());
        out.attribute("client_port", client.port());
        out.attribute("server_address", client.serverAddress());
        out.attribute("server_port", client.serverPort());
        if (!session.helo().isEmpty()) {
            out.attribute("helo_name", session.helo());
        }
        out.attribute("protocol_name", session.protocol());
        out.attribute("client_address_type", Integer.toString(client.isIpv6() ? IPV6 : IPV4));
        if (!request.verp().isEmpty()) {
            out.write(RecordType.VERP, request.verp());
        }
    }
}
