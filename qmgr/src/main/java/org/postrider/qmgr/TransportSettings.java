package org.postrider.qmgr;

import java.time.Duration;

/**
 * The limits of one transport, from {@code <transport>_<name>} with {@code default_<name>} behind it.
 *
 * @param recipientLimit most recipients per delivery, 0 for no limit; 1 makes the window count per recipient
 * @param concurrencyLimit most simultaneous deliveries to one destination, 0 for no limit
 * @param initialConcurrency where the window of a destination starts
 * @param positive what a delivery adds to the window
 * @param negative what a failed destination takes from it
 * @param failedCohortLimit how many windows full of failures make a destination dead, 0 when none do
 * @param destinationRateDelay wait after each delivery to one destination
 * @param transportRateDelay wait after each delivery over the transport
 * @param deliveryLimit most simultaneous deliveries over the transport
 * @param slots when one message may overtake another
 * @param recipients how many recipients are in memory
 */
record TransportSettings(int recipientLimit, int concurrencyLimit, int initialConcurrency, Feedback positive,
        Feedback negative, double failedCohortLimit, Duration destinationRateDelay, Duration transportRateDelay,
        int deliveryLimit, DeliverySlots slots, RecipientLimits recipients) {
    /** Postfix's defaults. */
    static final TransportSettings DEFAULT = new TransportSettings(50, 20, 5, Feedback.ONE, Feedback.ONE, 1,
            Duration.ZERO, Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);

    /** The most simultaneous deliveries to one destination that can ever be. */
    int mostConcurrency() {
        if (!destinationRateDelay.isZero()) {
            return 1;
        }
        return concurrencyLimit == 0 ? Integer.MAX_VALUE : concurrencyLimit;
    }

    int mostRecipients() {
        return recipientLimit == 0 ? Integer.MAX_VALUE : recipientLimit;
    }

    /** True when every recipient is a destination of its own. */
    boolean perRecipient() {
        return recipientLimit == 1;
    }
}
