package org.postrider.qmgr;

import java.time.Duration;

/**
 * How many recipients of a transport are in memory, and when more are read.
 *
 * @param most {@code <transport>_recipient_limit}
 * @param extra {@code <transport>_extra_recipient_limit}: as many more for messages that overtake others
 * @param refill {@code <transport>_recipient_refill_limit}: more are read when there is room for so many
 * @param refillDelay {@code <transport>_recipient_refill_delay}: or after so long, if there is any room
 */
record RecipientLimits(int most, int extra, int refill, Duration refillDelay) {
    /** Postfix's defaults. */
    static final RecipientLimits DEFAULT = new RecipientLimits(20_000, 1000, 100, Duration.ofSeconds(5));
}
