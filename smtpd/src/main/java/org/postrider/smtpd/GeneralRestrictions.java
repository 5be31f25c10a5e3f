package org.postrider.smtpd;

/** Restrictions that may stand in every list. */
final class GeneralRestrictions {
    private GeneralRestrictions() {}

    static Verdict reject(Inquiry inquiry) {
        return inquiry.refuse(inquiry.stage().subject(), inquiry.codes().reject(), "5.7.1", "Access denied");
    }

    static Verdict defer(Inquiry inquiry) {
        return inquiry.refuse(inquiry.stage().subject(), inquiry.codes().defer(), "4.3.2", "Try again later");
    }

    static Verdict deferIfPermit(Inquiry inquiry) {
        return inquiry.deferIfPermit(
                inquiry.rejection(inquiry.stage().subject(), 450, "4.7.0", "defer_if_permit requested"));
    }

    static Verdict deferIfReject(Inquiry inquiry) {
        return inquiry.deferIfReject(
                inquiry.rejection(inquiry.stage().subject(), 450, "4.7.0", "defer_if_reject requested"));
    }

    static Verdict rejectPlaintextSession(Inquiry inquiry) {
        return inquiry.session().tls().isPresent()
                ? Verdict.DUNNO
                : new Verdict.Refuse(
                        Inquiry.reply(inquiry.codes().plaintext(), "4.7.1", "Session encryption is required"),
                        Verdict.Cause.RULE);
    }

    static Verdict rejectUnauthPipelining(Inquiry inquiry) {
        Session session = inquiry.session();
        boolean tooEarly = session.protocol().equals("SMTP") && session.input().available() > 0
                && !session.client().equals(Client.STAND_ALONE);
        return session.improperPipelining() || tooEarly
                ? inquiry.refuse(inquiry.stage().subject(), 503, "5.5.0", "Improper use of SMTP command pipelining")
                : Verdict.DUNNO;
    }

    static Verdict rejectMultiRecipientBounce(Inquiry inquiry) {
        boolean many = inquiry.session().transaction().recipients() > 1
                || (inquiry.session().transaction().recipients() == 1 && !inquiry.recipient().isEmpty()
                        && inquiry.stage().subject() == Subject.RECIPIENT);
        return inquiry.hasSender() && inquiry.sender().isEmpty() && many
                ? inquiry.refuse(inquiry.stage().subject(), inquiry.codes().multiRecipientBounce(), "5.5.3",
                        "Multi-recipient bounce")
                : Verdict.DUNNO;
    }

    static Verdict sleep(Inquiry inquiry, String seconds) {
        inquiry.rest(RestrictionTable.seconds(seconds));
        return Verdict.DUNNO;
    }
}
