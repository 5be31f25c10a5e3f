package org.postrider.smtpd;

/**
 * What MAIL said.
 *
 * @param sender internal form; empty for the null sender
 * @param encoding {@code 7bit}, {@code 8bit} or empty: BODY=
 * @param returnFlags RFC 3461 RET: 0 not given, 1 FULL, 2 HDRS
 * @param envelopeId RFC 3461 ENVID, decoded; empty when not given
 * @param size what SIZE= announced; 0 when not given
 */
record MailRequest(String sender, String encoding, int returnFlags, String envelopeId, long size) {
    static final MailRequest NONE = new MailRequest("", "", 0, "", 0);
}
