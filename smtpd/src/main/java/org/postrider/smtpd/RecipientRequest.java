package org.postrider.smtpd;

/**
 * What RCPT said.
 *
 * @param address internal form
 * @param notifyFlags RFC 3461 NOTIFY as in {@link org.postrider.common.mail.Recipient}; 0 when not given
 * @param original RFC 3461 ORCPT, {@code type;address}, decoded; empty when not given
 */
record RecipientRequest(String address, int notifyFlags, String original) {}
