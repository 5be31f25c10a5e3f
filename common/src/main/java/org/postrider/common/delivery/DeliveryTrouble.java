package org.postrider.common.delivery;

import org.postrider.common.mail.DsnStatus;

/**
 * A delivery step that failed, with the status that says whether it is worth another try: class 4 defers, class 5 bounces. The
 * text is for the sender and the log.
 */
public final class DeliveryTrouble extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DsnStatus status;

    public DeliveryTrouble(String code, String text) {
        super(text);
        this.status = new DsnStatus(code, text);
    }

    public DsnStatus status() {
        return status;
    }

    /** The same trouble with text in front that says what was tried. */
    public DeliveryTrouble during(String prefix) {
        DeliveryTrouble longer = new DeliveryTrouble(status.code(), prefix + status.text());
        longer.initCause(this);
        return longer;
    }
}
