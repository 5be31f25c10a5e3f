package org.postrider.smtp;

import java.util.Optional;

/** How much a session must be protected (TLS_README, smtp_tls_security_level); in order of strength. */
enum TlsLevel {
    /** Not at all. */
    NONE,
    /** If the server offers it and it works; else in the clear. */
    MAY,
    /** Always; whoever the server is. */
    ENCRYPT,
    /** The server shows a certificate or key that is listed. */
    FINGERPRINT,
    /** The server shows a certificate that is trusted, for one of the names of smtp_tls_verify_cert_match. */
    VERIFY,
    /** The same for the names of smtp_tls_secure_cert_match, which DNS can't forge. */
    SECURE;

    /**
     * The level of this name. {@code dane} is {@link #MAY}: without validated DNS answers no TLSA record is usable, and
     * that is what it means then.
     */
    static Optional<TlsLevel> of(String name) {
        return switch (name) {
            case "none" -> Optional.of(NONE);
            case "may", "dane" -> Optional.of(MAY);
            case "encrypt" -> Optional.of(ENCRYPT);
            case "fingerprint" -> Optional.of(FINGERPRINT);
            case "verify" -> Optional.of(VERIFY);
            case "secure" -> Optional.of(SECURE);
            default -> Optional.empty();
        };
    }

    /** A session in the clear will not do. */
    boolean isMandatory() {
        return compareTo(ENCRYPT) >= 0;
    }

    /** The server must prove who it is. */
    boolean proves() {
        return compareTo(FINGERPRINT) >= 0;
    }

    /** It must do so by somebody who vouches for it. */
    boolean provesByAuthorities() {
        return this == VERIFY || this == SECURE;
    }
}
