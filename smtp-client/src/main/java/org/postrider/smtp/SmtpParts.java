package org.postrider.smtp;

import java.time.InstantSource;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Door;

/** What the deliveries of one service share. */
record SmtpParts(ClientSettings settings, HostFinder finder, Connector connector, SessionPool pool,
        FailurePolicy policy, TlsPolicy tls,
        ContentSender content, ExtraHeaders flags, InstantSource clock) implements Door {
    @Override
    public void deliver(Delivery delivery) {
        new DeliveryAttempt(this, delivery).run();
    }

    /**
     * What a success report says (RFC 3461 section 6.2). A server with DSN reports for itself, so that there is nothing to say.
     */
    String action(Capabilities capabilities) {
        if (flags.isFinal()) {
            return "delivered";
        }
        return capabilities.dsn() ? "" : "relayed";
    }
}
