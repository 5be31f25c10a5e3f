package org.postrider.smtp;

import java.util.Optional;

/** How a session must be protected because of what the message says (RFC 8689), beside what {@link TlsPolicy} says of its destination. */
enum RequireTls {
    /** The message has {@code TLS-Required: no}: to arrive is worth more than to be protected. */
    RELAXED,
    /** The message says nothing, or may go on without: what the server offers is used. */
    OPPORTUNISTIC,
    /** TLS there must be; REQUIRETLS is asked for where it is offered. */
    ENCRYPTED,
    /** The server has proved who it is and offers REQUIRETLS. */
    ENFORCED;

    /** The level of this name in {@code smtp_requiretls_policy}. */
    static Optional<RequireTls> of(String name) {
        return switch (name) {
            case "opportunistic" -> Optional.of(OPPORTUNISTIC);
            case "opportunistic+starttls" -> Optional.of(ENCRYPTED);
            case "enforce" -> Optional.of(ENFORCED);
            default -> Optional.empty();
        };
    }

    /** A session in the clear will not do. */
    boolean isMandatory() {
        return compareTo(ENCRYPTED) >= 0;
    }
}
