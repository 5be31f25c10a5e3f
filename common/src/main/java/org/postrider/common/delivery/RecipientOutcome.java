package org.postrider.common.delivery;

import org.postrider.common.mail.DsnStatus;

/** What became of one recipient in one delivery attempt. */
public sealed interface RecipientOutcome {
    /** Why. */
    Diagnosis diagnosis();

    /**
     * The recipient has the message, or somebody who answers for it has.
     *
     * @param action the action of a success report (RFC 3464): delivered, relayed or expanded; empty when a server with DSN has
     *        taken over the duty to report
     */
    record Delivered(Diagnosis diagnosis, String action) implements RecipientOutcome {}

    /** Not now; the recipient stays in the queue. */
    record Deferred(Diagnosis diagnosis) implements RecipientOutcome {}

    /** Never; the sender is told. */
    record Bounced(Diagnosis diagnosis) implements RecipientOutcome {}

    /** Delivered to its end, {@code 2.0.0}. */
    static RecipientOutcome delivered(String text, String relay) {
        return new Delivered(Diagnosis.of("2.0.0", text, relay), "delivered");
    }

    /** The failure that the class of the status code says: 5 bounces, everything else is tried again. */
    static RecipientOutcome failed(Diagnosis diagnosis) {
        return diagnosis.status().code().startsWith("5") ? new Bounced(diagnosis) : new Deferred(diagnosis);
    }

    /** The failure that the class of the status code says, in words of our own. */
    static RecipientOutcome failed(DsnStatus status, String relay) {
        return failed(new Diagnosis(status, relay, "", "", ""));
    }
}
