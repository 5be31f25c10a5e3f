package org.postrider.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;

/**
 * The new messages that one recipient's expansion asks for: one per sender and Delivered-To address, sent only when everything
 * else of the expansion is finished, because what remains is expanded again later.
 */
final class Forwarding {
    private record Key(String sender, String deliveredTo) {}

    private record Pending(Step step, List<Recipient> recipients) {}

    private final LocalParts parts;
    private final Delivery delivery;
    private final Ledger ledger;
    private final Map<Key, Pending> messages = new LinkedHashMap<>();

    Forwarding(LocalParts parts, Delivery delivery, Ledger ledger) {
        this.parts = parts;
        this.delivery = delivery;
        this.ledger = ledger;
    }

    /** True when nothing is to be forwarded. */
    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Adds an address to the message for its sender and Delivered-To. */
    void add(Step step, String address) {
        Key key = new Key(step.sender(), step.deliveredTo());
        messages.computeIfAbsent(key, _ -> new Pending(step, new ArrayList<>())).recipients()
                .add(ledger.as(step, address));
    }

    /** Sends the messages; true when all are on their way. */
    boolean send() {
        boolean finished = true;
        for (Map.Entry<Key, Pending> one : messages.entrySet()) {
            finished &= send(one.getKey(), one.getValue());
        }
        return finished;
    }

    private boolean send(Key key, Pending pending) {
        boolean withHeader = parts.settings().deliveredToFor().contains("forward");
        var message = new Resubmission.Message(key.sender(), withHeader ? key.deliveredTo() : "",
                pending.recipients());
        try {
            String id = parts.resubmission().submit(delivery, message);
            return ledger.record(key.deliveredTo(), new RecipientOutcome.Delivered(
                    Diagnosis.of("2.0.0", "forwarded as " + id, Ledger.RELAY),
                    "relayed"));
        } catch (IOException e) {
            parts.log().warn("{}: cannot forward message: {}", delivery.request().queueId(), FileWords.of(e));
            return ledger.failed(pending.step(), "4.3.0", "error forwarding message");
        }
    }
}
