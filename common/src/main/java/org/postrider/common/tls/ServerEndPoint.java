package org.postrider.common.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;

/** The channel binding {@code tls-server-end-point} (RFC 5929 section 4.1): a digest of the server's certificate. */
public final class ServerEndPoint {
    private ServerEndPoint() {}

    /** The digest that the certificate is signed with, SHA-256 in place of weaker ones; empty where the signature has none of its own. */
    public static Optional<byte[]> of(X509Certificate certificate) {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        int with = signature.indexOf("WITH");
        if (with < 0) {
            return Optional.empty();
        }
        String digest = signature.substring(0, with);
        String algorithm = switch (digest) {
            case "MD5", "SHA1" -> "SHA-256";
            default -> digest.matches("SHA\\d+") ? "SHA-" + digest.substring(3) : digest;
        };
        try {
            return Optional.of(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException _) {
            return Optional.empty();
        }
    }
}
