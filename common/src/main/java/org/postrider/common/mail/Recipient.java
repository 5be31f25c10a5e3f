package org.postrider.common.mail;

/**
 * One recipient of a queued message.
 *
 * @param offset where its record stands in the queue file; -1 when it must not be marked done
 * @param address internal (unquoted) form
 * @param original the address before rewriting and aliasing, internal form; empty when unknown
 * @param dsnOriginal RFC 3461 ORCPT, {@code type;address} with the xtext decoded; empty when none
 * @param dsnNotify RFC 3461 NOTIFY as bits: 0 not given, 1 NEVER, 2 SUCCESS, 4 FAILURE, 8 DELAY
 */
public record Recipient(long offset, String address, String original, String dsnOriginal, int dsnNotify) {
    public static final int NOTIFY_NEVER = 1;
    public static final int NOTIFY_SUCCESS = 2;
    public static final int NOTIFY_FAILURE = 4;
    public static final int NOTIFY_DELAY = 8;
}
