package org.postrider.local;

import java.io.IOException;
import java.util.List;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.mail.Recipient;

/** Sends a message on its way again, for addresses that aliases and .forward files name. */
interface Resubmission {
    /**
     * The new message.
     *
     * @param sender its envelope sender
     * @param deliveredTo the Delivered-To header in front of it, which stops loops; empty for none
     * @param recipients its recipients; offsets mean nothing
     */
    record Message(String sender, String deliveredTo, List<Recipient> recipients) {}

    /** Makes the message durable in the queue and returns its id; an exception when that failed and nothing was sent. */
    String submit(Delivery original, Message message) throws IOException;
}
