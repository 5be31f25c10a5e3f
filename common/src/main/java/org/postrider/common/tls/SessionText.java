package org.postrider.common.tls;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.wire.TlsSession;

/** How a TLS session is described in log lines and Received headers. */
public final class SessionText {
    private SessionText() {}

    /** {@code TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)}. */
    public static String cipher(TlsSession session) {
        CipherName cipher = new CipherName(session.cipher());
        return session.protocol() + " with cipher " + cipher.openssl() + " (" + cipher.bits() + "/" + cipher.bits()
                + " bits)";
    }

    /**
     * A server's words, {@code key-exchange X25519 server-signature RSA-PSS (2048 bits)}; empty before TLS 1.3, where the cipher's
     * name says it.
     */
    public static String keys(TlsSession session) {
        return keys(session, session.localCertificate());
    }

    /** A client's words about the same, and what it has shown itself. */
    public static String keysOfServer(TlsSession session) {
        StringBuilder text = new StringBuilder(keys(session, session.peerCertificates().stream().findFirst()));
        if (!text.isEmpty()) {
            session.localCertificate().ifPresent(own -> append(text, "client-signature", own));
        }
        return text.toString();
    }

    private static String keys(TlsSession session, Optional<X509Certificate> server) {
        if (!session.protocol().equals("TLSv1.3")) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        if (!session.group().isEmpty()) {
            text.append("key-exchange ").append(exchange(session.group()));
        }
        server.ifPresent(shown -> append(text, "server-signature", shown));
        return text.toString();
    }

    /** {@code client-signature RSA-PSS (2048 bits)}; empty before TLS 1.3 and without a certificate. */
    public static String clientKey(TlsSession session) {
        StringBuilder text = new StringBuilder();
        if (session.protocol().equals("TLSv1.3") && !session.peerCertificates().isEmpty()) {
            append(text, "client-signature", session.peerCertificates().getFirst());
        }
        return text.toString();
    }

    private static String exchange(String group) {
        return switch (group.toUpperCase(Locale.ROOT)) {
            case "P-256", "PRIME256V1", "SECP256R1" -> "ECDHE (prime256v1)";
            case "P-384", "SECP384R1" -> "ECDHE (secp384r1)";
            case "P-521", "SECP521R1" -> "ECDHE (secp521r1)";
            default -> group;
        };
    }

    private static void append(StringBuilder text, String role, X509Certificate certificate) {
        String signature = signature(certificate.getPublicKey());
        if (!signature.isEmpty()) {
            text.append(text.isEmpty() ? "" : " ").append(role).append(' ').append(signature);
        }
    }

    private static String signature(PublicKey key) {
        return switch (key) {
            case RSAKey rsa -> "RSA-PSS (" + rsa.getModulus().bitLength() + " bits)";
            case ECKey ec -> "ECDSA (" + switch (ec.getParams().getOrder().bitLength()) {
                case 256 -> "prime256v1";
                case 384 -> "secp384r1";
                case 521 -> "secp521r1";
                default -> ec.getParams().getOrder().bitLength() + " bits";
            } + ")";
            default -> key.getAlgorithm();
        };
    }
}
