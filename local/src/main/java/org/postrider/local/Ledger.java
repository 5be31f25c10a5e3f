package org.postrider.local;

import org.postrider.common.delivery.ConnectionUse;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.mail.Recipient;

/** Records what became of the addresses that one recipient of a request led to. Every method says whether it is finished. */
final class Ledger {
    static final String RELAY = "local";

    private final Delivery delivery;
    private final Recipient recipient;
    private boolean used;

    Ledger(Delivery delivery, Recipient recipient) {
        this.delivery = delivery;
        this.recipient = recipient;
    }

    /** The address as the sender knew it. */
    String original() {
        return recipient.original().isEmpty() ? recipient.address() : recipient.original();
    }

    boolean record(Step step, RecipientOutcome outcome) {
        return record(step.address().full(), outcome);
    }

    /** True when the fate of at least one address is on record. */
    boolean isUsed() {
        return used;
    }

    /** Another agent keeps the record of this address. */
    void recordedElsewhere() {
        used = true;
    }

    boolean record(String address, RecipientOutcome outcome) {
        used = true;
        Recipient shown = new Recipient(recipient.offset(), address, original(), recipient.dsnOriginal(),
                recipient.dsnNotify());
        return delivery.record(shown, outcome, ConnectionUse.NONE);
    }

    boolean delivered(Step step, String text) {
        return record(step, RecipientOutcome.delivered(text, RELAY));
    }

    boolean failed(Step step, String code, String text) {
        return record(step, RecipientOutcome.failed(Diagnosis.of(code, text, RELAY)));
    }

    boolean failed(Step step, DeliveryTrouble trouble) {
        return record(step, RecipientOutcome.failed(trouble.status(), RELAY));
    }

    /** For a recipient that several addresses stand for: the notice that it was passed on. */
    boolean expanded(Step step, String text) {
        return record(step, new RecipientOutcome.Delivered(Diagnosis.of("2.0.0", text, RELAY), "expanded"));
    }

    /**
     * The recipient as another address, for other agents and new messages. A list with an owner answers for its members: they
     * no longer stand for the recipient that the first sender wrote to.
     */
    Recipient as(Step step, String address) {
        if (!step.sender().equals(delivery.request().sender())) {
            return new Recipient(recipient.offset(), address, "", "", 0);
        }
        return new Recipient(recipient.offset(), address, original(), recipient.dsnOriginal(), recipient.dsnNotify());
    }
}
