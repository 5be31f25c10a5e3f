package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;

/**
 * When a message that could not be delivered is tried again, and when no more.
 *
 * @param minimalBackoff minimal_backoff_time
 * @param maximalBackoff maximal_backoff_time
 * @param lifetime maximal_queue_lifetime
 * @param bounceLifetime bounce_queue_lifetime, for mail from the null sender
 */
record RetryPlan(Duration minimalBackoff, Duration maximalBackoff, Duration lifetime, Duration bounceLifetime) {
    /** The next attempt: as long from now as the message is old, within the limits. The wait so doubles each time. */
    Instant nextAttempt(Instant created, Instant now) {
        Duration age = Duration.between(created, now);
        Duration wait = age.compareTo(minimalBackoff) < 0 ? minimalBackoff : age;
        return now.plus(wait.compareTo(maximalBackoff) > 0 ? maximalBackoff : wait);
    }

    /** True when the message has been here too long. */
    boolean isExpired(Instant created, String sender, Instant now) {
        return !now.isBefore(created.plus(sender.isEmpty() ? bounceLifetime : lifetime));
    }

    /** True when the sender is to be told that delivery takes long; one second early, because times are rounded. */
    static boolean isWarningDue(long warnSeconds, Instant now) {
        return warnSeconds > 0 && now.getEpochSecond() >= warnSeconds - 1;
    }
}
