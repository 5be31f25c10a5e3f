package org.postrider.smtpd;

/**
 * What MAIL said.
 *
 * @param sender internal form; empty for the null sender
 * @param encoding {@code 7bit}, {@code 8bit} or empty: BODY=
 * @param returnFlags RFC 3461 RET: 0 not given, 1 FULL, 2 HDRS
 * @param envelopeId RFC 3461 ENVID, decoded; empty when not given
 * @param size what SIZE= announced; 0 when not given
 * @param smtputf8 RFC 6531 SMTPUTF8 was given
 * @param requireTls RFC 8689 REQUIRETLS was given
 * @param submitter RFC 4954 AUTH=, decoded; empty when not given
 * @param verp the two delimiters of XVERP (VERP_README); empty when not given
 */
record MailRequest(String sender, String encoding, int returnFlags, String envelopeId, long size, boolean smtputf8,
        boolean requireTls, String submitter, String verp) {
    static final MailRequest NONE = from("");

    /** A plain request of this sender. */
    static MailRequest from(String sender) {
        return new MailRequest(sender, "", 0, "", 0, false, false, "", "");
    }

    MailRequest withEncoding(String value) {
        return new MailRequest(sender, value, returnFlags, envelopeId, size, smtputf8, requireTls, submitter, verp);
    }

    MailRequest withReturnFlags(int value) {
        return new MailRequest(sender, encoding, value, envelopeId, size, smtputf8, requireTls, submitter, verp);
    }

    MailRequest withEnvelopeId(String value) {
        return new MailRequest(sender, encoding, returnFlags, value, size, smtputf8, requireTls, submitter, verp);
    }

    MailRequest withSize(long value) {
        return new MailRequest(sender, encoding, returnFlags, envelopeId, value, smtputf8, requireTls, submitter, verp);
    }

    MailRequest withSmtputf8() {
        return new MailRequest(sender, encoding, returnFlags, envelopeId, size, true, requireTls, submitter, verp);
    }

    MailRequest withRequireTls() {
        return new MailRequest(sender, encoding, returnFlags, envelopeId, size, smtputf8, true, submitter, verp);
    }

    MailRequest withSubmitter(String value) {
        return new MailRequest(sender, encoding, returnFlags, envelopeId, size, smtputf8, requireTls, value, verp);
    }

    MailRequest withVerp(String value) {
        return new MailRequest(sender, encoding, returnFlags, envelopeId, size, smtputf8, requireTls, submitter, value);
    }
}
