package org.postrider.smtpd;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.postrider.common.tls.CertificateNames;
import org.postrider.common.tls.Fingerprints;
import org.postrider.common.wire.TlsSession;

/**
 * What TLS tells of the client.
 *
 * @param session the handshake
 * @param asked the client was asked for a certificate
 * @param certificate what it has shown
 * @param trusted the certificate leads to an authority that is trusted
 * @param certificateFingerprint empty without certificate
 * @param keyFingerprint of the public key; empty without certificate
 */
record TlsPeer(TlsSession session, boolean asked, Optional<X509Certificate> certificate, boolean trusted,
        String certificateFingerprint, String keyFingerprint) {

    static TlsPeer of(TlsSession session, boolean asked, boolean trusted, Fingerprints fingerprints) {
        Optional<X509Certificate> certificate = session.peerCertificates().stream().findFirst();
        return new TlsPeer(session, asked, certificate, trusted,
                certificate.map(fingerprints::ofCertificate).orElse(""),
                certificate.map(fingerprints::ofPublicKey).orElse(""));
    }

    /** The client's common name; empty without certificate. */
    String subject() {
        return certificate.map(one -> CertificateNames.common(one.getSubjectX500Principal())).orElse("");
    }

    /** Who has signed the client's certificate; empty without certificate. */
    String issuer() {
        return certificate.map(one -> CertificateNames.issuer(one.getIssuerX500Principal())).orElse("");
    }
}
