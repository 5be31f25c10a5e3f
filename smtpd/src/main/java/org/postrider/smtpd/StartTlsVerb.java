package org.postrider.smtpd;

import java.util.Optional;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;

/** STARTTLS (RFC 3207). */
final class StartTlsVerb {
    private StartTlsVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        TlsServer tls = session.site().tls();
        if (!command.arguments().isEmpty()) {
            return Outcome.error(501, "5.5.4", "Syntax: STARTTLS");
        }
        if (session.tls().isPresent()) {
            return Outcome.error(554, "5.5.1", "Error: TLS already active");
        }
        if (!tls.isOffered() || session.discards("STARTTLS")) {
            return Outcome.error(502, "5.5.1", "Error: command not implemented");
        }
        if (tls.context().isEmpty()) {
            return Outcome.error(454, "4.7.0", "TLS not available due to local problem");
        }
        Optional<Reply> tooOften = session.count(Kind.NEWTLS_STATUS);
        return tooOften.isPresent()
                ? Outcome.error(tooOften.get())
                : new Outcome.StartTls(Reply.of(220, "2.0.0", "Ready to start TLS"));
    }
}
