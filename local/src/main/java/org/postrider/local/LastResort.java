package org.postrider.local;

import java.io.IOException;
import java.util.List;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.FileTrouble;
import org.postrider.common.lookup.AliasValue.Destination;
import org.postrider.common.lookup.AliasValue;

/** luser_relay: mail for names that nobody knows goes to one address, or into one file or command with default_privs. */
final class LastResort {
    private final LocalParts parts;
    private final Delivery delivery;
    private final Ledger ledger;

    LastResort(LocalParts parts, Delivery delivery, Ledger ledger) {
        this.parts = parts;
        this.delivery = delivery;
        this.ledger = ledger;
    }

    boolean deliver(Step step, String target) {
        boolean finished = true;
        Step inside = step.inside(Step.Origin.ALIAS, step.address().user(), parts.settings().defaultRights());
        for (Destination one : AliasValue.parse(target)) {
            finished &= switch (one) {
                case Destination.Command to -> new CommandDelivery(parts, delivery, ledger).named(inside,
                        to.command(), parts.settings().defaultRights());
                case Destination.File to -> new FileDelivery(parts, delivery, ledger).deliver(inside, to.path(),
                        parts.settings().defaultRights());
                case Destination.Address to -> forward(step, to.address());
                case Destination.Include _ -> ledger.failed(step, "5.3.5", "mail system configuration error");
            };
        }
        return finished;
    }

    private boolean forward(Step step, String address) {
        try {
            String full = parts.addresses().rewrite(address);
            if (full.equalsIgnoreCase(step.address().full())) {
                return ledger.failed(step, "5.1.1", "unknown user: \"" + step.address().user() + "\"");
            }
            boolean withHeader = parts.settings().deliveredToFor().contains("forward");
            var message = new Resubmission.Message(step.sender(), withHeader ? step.deliveredTo() : "",
                    List.of(ledger.as(step, full)));
            return ledger.delivered(step, "forwarded as " + parts.resubmission().submit(delivery, message));
        } catch (IOException e) {
            parts.log().warn("{}: cannot forward message: {}", delivery.request().queueId(), FileTrouble.words(e));
            return ledger.failed(step, "4.3.0", "error forwarding message");
        }
    }
}
