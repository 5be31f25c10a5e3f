package org.postrider.common.wire;

/** What kind of listening descriptor is adopted. */
public enum ListenerKind {
    /** A TCP listener, IPv4 or IPv6. */
    INET,
    /** A Unix-domain stream listener. */
    UNIX
}
