package org.postrider.common.config;

import java.util.Locale;
import java.util.Optional;

/** How a service is reached, the second column of master.cf. */
public enum ServiceType {
    /** A TCP port. */
    INET,
    /** A Unix-domain stream socket under {@code private} or {@code public}. */
    UNIX,
    /** A Unix-domain datagram socket. */
    UNIX_DGRAM,
    /** A named pipe. */
    FIFO,
    /** A Unix-domain socket over which open connections are passed. */
    PASS;

    /** As written in master.cf. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<ServiceType> parse(String text) {
        for (ServiceType type : values()) {
            if (type.text().equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
