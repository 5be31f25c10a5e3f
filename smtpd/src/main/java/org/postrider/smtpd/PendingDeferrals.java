package org.postrider.smtpd;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.smtp.Reply;

/**
 * What {@code defer_if_permit} and {@code defer_if_reject} have put aside: the first of each counts when all lists have been asked.
 * With smtpd_delay_reject=no the lists of earlier steps leave theirs for RCPT.
 */
final class PendingDeferrals {
    private @Nullable Reply ifPermit;
    private @Nullable Reply ifReject;

    Optional<Reply> ifPermit() {
        return Optional.ofNullable(ifPermit);
    }

    Optional<Reply> ifReject() {
        return Optional.ofNullable(ifReject);
    }

    void deferIfPermit(Reply reply) {
        if (ifPermit == null) {
            ifPermit = reply;
        }
    }

    void deferIfReject(Reply reply) {
        if (ifReject == null) {
            ifReject = reply;
        }
    }

    /** A new list is asked: {@code defer_if_reject} reaches no further than the list it stands in. */
    void beginList() {
        ifReject = null;
    }

    /** Takes over what the list of an earlier step has put aside. */
    void addAll(PendingDeferrals earlier) {
        earlier.ifPermit().ifPresent(this::deferIfPermit);
    }
}
