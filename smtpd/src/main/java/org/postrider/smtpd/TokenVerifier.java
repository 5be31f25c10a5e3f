package org.postrider.smtpd;

/** Finds out whose a bearer token (RFC 6750) is. May block for the time limit of its settings. Safe for many threads. */
@FunctionalInterface
interface TokenVerifier {
    /** What there is to say of a token. */
    sealed interface Finding {
        record Valid(String user) implements Finding {}

        /** The reason is for the log. */
        record Invalid(String reason) implements Finding {}

        /** Nobody can say now. */
        record Unavailable(String reason) implements Finding {}
    }

    Finding check(String token);
}
