package org.postrider.common.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/** Fingerprints of certificates and public keys, {@code AB:CD:...} (smtpd_tls_fingerprint_digest). */
public final class Fingerprints {
    private static final HexFormat FORMAT = HexFormat.ofDelimiter(":").withUpperCase();

    private final String algorithm;

    /**
     * @param digest as main.cf names it: {@code md5}, {@code sha1}, {@code sha256}, ...
     * @throws TlsException for one that is not known
     */
    public Fingerprints(String digest) throws TlsException {
        String name = digest.toUpperCase(Locale.ROOT);
        this.algorithm = name.matches("SHA\\d+") ? "SHA-" + name.substring(3) : name;
        try {
            MessageDigest _ = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException _) {
            throw new TlsException("Digest algorithm \"" + digest + "\" not found", "disabling TLS support");
        }
    }

    /** Of the whole certificate. */
    public String ofCertificate(X509Certificate certificate) {
        try {
            return of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Of the public key alone, which stays the same when a certificate is renewed with the old key. */
    public String ofPublicKey(X509Certificate certificate) {
        return of(certificate.getPublicKey().getEncoded());
    }

    private String of(byte[] bytes) {
        try {
            return FORMAT.formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
