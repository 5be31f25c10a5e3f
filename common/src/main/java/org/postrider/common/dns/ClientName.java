package org.postrider.common.dns;

import java.util.Optional;

/**
 * Who an SMTP client says it is by its address. {@code name} is confirmed by a forward look-up, {@code reverseName} is not;
 * each is {@code unknown} when there is none. {@code warning} is the log line (without its {@code warning: }) that explains
 * a name which didn't hold.
 */
public record ClientName(String name, String reverseName, Status nameStatus, Status reverseStatus,
        Optional<String> warning) {
    /** What is written in place of a name. */
    public static final String UNKNOWN = "unknown";

    /** How sure the answer is: a temporary failure makes restrictions say 450 where a permanent one says 550. */
    public enum Status {
        OK, TEMPORARY, PERMANENT
    }

    /** When no look-up is made ({@code smtpd_peername_lookup = no}). */
    public static final ClientName NOT_LOOKED_UP = new ClientName(UNKNOWN, UNKNOWN, Status.PERMANENT, Status.PERMANENT,
            Optional.empty());

    static ClientName nameless(Status status) {
        return new ClientName(UNKNOWN, UNKNOWN, status, status, Optional.empty());
    }

    static ClientName confirmed(String name) {
        return new ClientName(name, name, Status.OK, Status.OK, Optional.empty());
    }

    static ClientName unconfirmed(String reverseName, Status status, String warning) {
        return new ClientName(UNKNOWN, reverseName, status, Status.OK, Optional.of(warning));
    }
}
