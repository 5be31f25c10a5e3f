package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.postrider.common.tls.SessionText;

/** What log lines and Received headers say about TLS. */
final class TlsText {
    private TlsText() {}

    /**
     * {@code Anonymous TLS connection established from name[address]: TLSv1.3 with cipher ...}.
     *
     * @param name what the client called us, where we have certificates for it; else empty
     */
    static String logLine(TlsPeer peer, String client, String name) {
        String who = peer.certificate().isEmpty() ? "Anonymous" : peer.trusted() ? "Trusted" : "Untrusted";
        return who + " TLS connection " + (peer.session().resumed() ? "reused" : "established") + " from " + client
                + (name.isEmpty() ? "" : " to " + name) + ": " + String.join(" ", parts(peer));
    }

    private static List<String> parts(TlsPeer peer) {
        return Stream
                .of(SessionText.cipher(peer.session()), SessionText.keys(peer.session()),
                        SessionText.clientKey(peer.session()))
                .filter(part -> !part.isEmpty()).toList();
    }

    /** The lines of a Received header. */
    static List<String> headerLines(TlsPeer peer) {
        List<String> lines = new ArrayList<>();
        lines.add("\t(using " + String.join("\n\t ", parts(peer)) + ")");
        if (peer.certificate().isPresent()) {
            lines.add("\t(Client CN \"" + quoted(peer.subject()) + "\", Issuer \"" + quoted(peer.issuer()) + "\" ("
                    + (peer.trusted() ? "verified OK" : "not verified") + "))");
        } else {
            lines.add(
                    peer.asked() ? "\t(Client did not present a certificate)" : "\t(No client certificate requested)");
        }
        return lines.stream().flatMap(String::lines).toList();
    }

    /** What would end the comment or the string does not. */
    private static String quoted(String name) {
        return name.replaceAll("[\"\\\\()]", "?");
    }
}
