package org.postrider.smtpd;

import java.util.Optional;
import org.postrider.common.config.AsciiDomain;
import org.postrider.common.ipc.ResolveAnswer;

/** Restrictions about the sender's or the recipient's address and its domain. */
final class AddressRestrictions {
    private static final int FINAL_CLASSES = ResolveAnswer.CLASS_LOCAL | ResolveAnswer.CLASS_ALIAS
            | ResolveAnswer.CLASS_VIRTUAL;

    private AddressRestrictions() {}

    static Verdict rejectNonFqdnSender(Inquiry inquiry) {
        return inquiry.hasSender() ? nonFqdn(inquiry, Subject.SENDER, inquiry.sender()) : Verdict.DUNNO;
    }

    static Verdict rejectNonFqdnRecipient(Inquiry inquiry) {
        return nonFqdn(inquiry, Subject.RECIPIENT, inquiry.recipient());
    }

    private static Verdict nonFqdn(Inquiry inquiry, Subject subject, String address) {
        String domain = AddressText.domain(address);
        boolean fine = address.isEmpty() || domain.startsWith("[")
                || AsciiDomain.of(domain, false).filter(HeloRestrictions::isQualified).isPresent();
        return fine
                ? Verdict.DUNNO
                : inquiry.refuse(subject, inquiry.codes().nonFqdn(), "5.5.2", "need fully-qualified address");
    }

    static Verdict rejectUnknownSenderDomain(Inquiry inquiry) {
        return unknownDomain(inquiry, Subject.SENDER, inquiry.sender(), new Words("4.1.8", 550, "5.7.27"));
    }

    static Verdict rejectUnknownRecipientDomain(Inquiry inquiry) {
        return unknownDomain(inquiry, Subject.RECIPIENT, inquiry.recipient(), new Words("4.1.2", 556, "5.1.10"));
    }

    /** Codes that differ between sender and recipient. */
    private record Words(String unknownStatus, int noMailCode, String noMailStatus) {}

    private static Verdict unknownDomain(Inquiry inquiry, Subject subject, String address, Words words) {
        if (address.isEmpty()) {
            return Verdict.DUNNO;
        }
        Optional<ResolveAnswer> answer = inquiry.resolve(address);
        if (answer.isEmpty()) {
            return inquiry.lookupFailure(subject);
        }
        String domain = AddressText.domain(answer.get().recipient());
        if (domain.isEmpty() || domain.startsWith("[") || (answer.get().flags() & FINAL_CLASSES) != 0) {
            return Verdict.DUNNO;
        }
        return switch (inquiry.site().domains().mailDomain(domain)) {
            case KNOWN -> Verdict.DUNNO;
            case NO_MAIL -> inquiry.refuseAsItIs(subject, words.noMailCode, words.noMailStatus,
                    "Domain " + domain + " does not accept mail (nullMX)");
            case UNKNOWN -> inquiry.refuse(subject, inquiry.codes().unknownAddress(), words.unknownStatus,
                    "Domain not found");
            case TRY_AGAIN -> inquiry.later(inquiry.session().settings().later().addressAtOnce(),
                    inquiry.rejection(subject, 450, words.unknownStatus, "Domain not found"));
        };
    }

    static Verdict rejectUnlistedSender(Inquiry inquiry) {
        if (inquiry.senderChecked() || inquiry.sender().isEmpty() || isLeftOut(inquiry)) {
            return Verdict.DUNNO;
        }
        inquiry.markSenderChecked();
        return inquiry.site().recipientCheck().ask(inquiry, Subject.SENDER, inquiry.sender());
    }

    static Verdict rejectUnlistedRecipient(Inquiry inquiry) {
        if (inquiry.recipientChecked() || inquiry.recipient().isEmpty() || isLeftOut(inquiry)) {
            return Verdict.DUNNO;
        }
        inquiry.markRecipientChecked();
        return inquiry.site().recipientCheck().ask(inquiry, Subject.RECIPIENT, inquiry.recipient());
    }

    /** Behind a content filter addresses were looked up before it. */
    private static boolean isLeftOut(Inquiry inquiry) {
        return inquiry.session().settings().overrides().contains(Settings.Omission.NO_UNKNOWN_RECIPIENT_CHECKS);
    }
}
