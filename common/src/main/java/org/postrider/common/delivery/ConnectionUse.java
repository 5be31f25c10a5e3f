package org.postrider.common.delivery;

/**
 * How the agent reached the place of delivery, for the log line.
 *
 * @param connected microseconds since 1970 when the connection stood and the greeting was done; 0 without a network client
 * @param reuseCount how many messages went over the connection before this one
 * @param tls the {@code tls=} field, empty for none
 */
public record ConnectionUse(long connected, int reuseCount, String tls) {
    /** No network was used. */
    public static final ConnectionUse NONE = new ConnectionUse(0, 0, "");
}
