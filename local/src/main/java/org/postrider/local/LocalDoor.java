package org.postrider.local;

import java.io.IOException;
import org.postrider.common.delivery.DeliveredToCheck;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.mail.Recipient;

/** Serves delivery requests for local recipients, one recipient after the other. */
final class LocalDoor implements Door {
    private final LocalParts parts;

    LocalDoor(LocalParts parts) {
        this.parts = parts;
    }

    @Override
    public void deliver(Delivery delivery) throws IOException {
        DeliveredToCheck visited;
        try (MessageContent content = delivery.content()) {
            visited = DeliveredToCheck.read(content);
        }
        for (Recipient recipient : delivery.recipients()) {
            delivery.complete(recipient, () -> new RecipientDelivery(parts, delivery, recipient, visited).run());
        }
    }
}
