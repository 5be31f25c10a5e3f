package org.postrider.smtpd;

import org.postrider.common.smtp.Reply;

/**
 * What the server says when it ends a session of its own accord: 421, with its name in front (RFC 5321 section 3.8).
 *
 * @param hostname myhostname
 */
record Farewells(String hostname) {
    /** The client was silent for smtpd_timeout. */
    Reply timeout() {
        return of("4.4.2", "Error: timeout exceeded");
    }

    /** A defect of the program. */
    Reply internalError() {
        return of("4.3.0", "Error: internal error");
    }

    /** smtpd_hard_error_limit. */
    Reply tooManyErrors() {
        return of("4.7.0", "Error: too many errors");
    }

    /** A table that must answer does not. */
    Reply dataError() {
        return of("4.3.0", "Server local data error");
    }

    /** A proxy does not say whom it speaks for. */
    Reply localError() {
        return of("4.3.0", "Server local error");
    }

    /** smtpd_client_connection_count_limit and smtpd_client_connection_rate_limit. */
    Reply tooManyConnections(Client client) {
        return of("4.7.0", "Error: too many connections from " + client.addressText());
    }

    /** smtpd_client_new_tls_session_rate_limit. */
    Reply tooManyTlsSessions(Client client) {
        return of("4.7.0", "Error: too many new TLS sessions from " + client.title());
    }

    /** The client had to show a certificate that is trusted. */
    Reply untrusted(String why) {
        return of("4.7.1", "Error: " + why);
    }

    private Reply of(String status, String text) {
        return Reply.of(421, status, hostname + " " + text);
    }
}
