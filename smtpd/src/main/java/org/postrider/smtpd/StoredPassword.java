package org.postrider.smtpd;

import java.util.Locale;
import java.util.Optional;

/** What a table of users holds for one of them. */
sealed interface StoredPassword {
    /** A hash of crypt(3). */
    record Hash(String text) implements StoredPassword {}

    /** Keys of SCRAM-SHA-256. */
    record Keys(ScramKeys keys) implements StoredPassword {}

    /** The password itself, one char a byte. */
    record Plain(String password) implements StoredPassword {}

    /** Nobody can log in as this user: shadow(5) has such entries. */
    record Locked() implements StoredPassword {}

    /**
     * Reads a value: {@code {SCHEME}text} as Dovecot writes it, RFC 5803's {@code SCRAM-SHA-256$...}, or a hash of crypt(3) that begins
     * with a dollar sign.
     *
     * @return empty for what is none of these
     */
    static Optional<StoredPassword> parse(String value) {
        if (value.startsWith("!") || value.startsWith("*")) {
            return Optional.of(new Locked());
        }
        if (value.startsWith("$")) {
            return Optional.of(new Hash(value));
        }
        if (value.startsWith("SCRAM-SHA-256$")) {
            return ScramKeys.parse(value.substring("SCRAM-SHA-256$".length())).map(Keys::new);
        }
        int end = value.indexOf('}');
        if (!value.startsWith("{") || end == value.length() - 1) {
            return Optional.empty();
        }
        String text = value.substring(end + 1);
        return switch (value.substring(1, Math.max(end, 1)).toUpperCase(Locale.ROOT)) {
            case "PLAIN", "CLEARTEXT" -> Optional.of(new Plain(text));
            case "SCRAM-SHA-256" -> ScramKeys.parse(text).map(Keys::new);
            case "CRYPT", "MD5-CRYPT", "BLF-CRYPT", "SHA256-CRYPT", "SHA512-CRYPT" -> Optional.of(new Hash(text));
            default -> Optional.empty();
        };
    }
}
