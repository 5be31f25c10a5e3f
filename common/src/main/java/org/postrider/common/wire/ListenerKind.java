package org.postrider.common.wire;

/** What kind of listening descriptor is adopted. */
public enum ListenerKind {
    /** A TCP listener, IPv4 or IPv6. */
    INET,
    /** A Unix-domain stream listener. */
    UNIX,
    /** A Unix-domain stream listener whose clients hand over open TCP connections, one descriptor each (SCM_RIGHTS). */
    PASSED
}
