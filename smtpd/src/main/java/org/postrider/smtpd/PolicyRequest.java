package org.postrider.smtpd;

import java.util.Optional;
import org.postrider.common.tls.CipherName;

/** What a policy server is told: the attributes of SMTPD_POLICY_README, in the order of Postfix. */
final class PolicyRequest {
    private final StringBuilder text = new StringBuilder(600);

    private PolicyRequest() {}

    static String of(Inquiry inquiry, PolicyServer server) {
        PolicyRequest request = new PolicyRequest();
        Session session = inquiry.session();
        Client client = session.client();
        Transaction transaction = session.transaction();
        String where = session.where().equals("BDAT") ? "DATA" : session.where();
        boolean counted = where.equals("DATA") || where.equals(ContentReceiver.END_OF_MESSAGE);
        request.add("request", "smtpd_access_policy");
        request.add("protocol_state", where);
        request.add("protocol_name", session.protocol());
        request.add("client_address", client.addressText());
        request.add("client_name", client.name().name());
        request.add("client_port", client.port());
        request.add("reverse_client_name", client.name().reverseName());
        request.add("server_address", client.serverAddress());
        request.add("server_port", client.serverPort());
        request.add("helo_name", session.helo());
        request.add("sender", transaction.sender());
        request.add("recipient", inquiry.recipient());
        request.add("recipient_count", Integer.toString(counted ? transaction.recipients() : 0));
        request.add("queue_id", transaction.title().equals("NOQUEUE") ? "" : transaction.title());
        request.add("instance", transaction.instance());
        request.add("size", Long.toString(transaction.size()));
        request.add("etrn_domain", inquiry.etrnDomain());
        request.add("stress", session.settings().names().stress());
        login(request, session);
        certificate(request, session);
        request.add("policy_context", server.context());
        request.add("compatibility_level", session.settings().names().compatibilityLevel());
        request.add("mail_version", session.settings().names().mailVersion());
        return request.text.append('\n').toString();
    }

    private static void login(PolicyRequest request, Session session) {
        Optional<Login> login = session.login();
        request.add("sasl_method", login.map(Login::method).orElse(""));
        request.add("sasl_username", login.map(Login::user).orElse(""));
        request.add("sasl_sender", session.transaction().request().submitter());
    }

    private static void certificate(PolicyRequest request, Session session) {
        Optional<TlsPeer> tls = session.tls();
        Optional<TlsPeer> trusted = tls.filter(TlsPeer::trusted);
        request.add("ccert_subject", trusted.map(TlsPeer::subject).map(XtextValue::encode).orElse(""));
        request.add("ccert_issuer", trusted.map(TlsPeer::issuer).map(XtextValue::encode).orElse(""));
        tls.filter(peer -> peer.certificate().isPresent())
                .ifPresent(_ -> session.site().legacy().usedFingerprint());
        request.add("ccert_fingerprint", tls.map(TlsPeer::certificateFingerprint).orElse(""));
        request.add("ccert_pubkey_fingerprint", tls.map(TlsPeer::keyFingerprint).orElse(""));
        request.add("encryption_protocol", tls.map(peer -> peer.session().protocol()).orElse(""));
        Optional<CipherName> cipher = tls.map(peer -> new CipherName(peer.session().cipher()));
        request.add("encryption_cipher", cipher.map(CipherName::openssl).orElse(""));
        request.add("encryption_keysize", cipher.map(name -> Integer.toString(name.bits())).orElse("0"));
        request.add("tls_sni", tls.map(peer -> peer.session().serverName()).orElse(""));
    }

    /** One line; what a client gave must not begin another. */
    private void add(String name, String value) {
        text.append(name).append('=');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            text.append(c < ' ' || c == 127 ? '?' : c);
        }
        text.append('\n');
    }
}
