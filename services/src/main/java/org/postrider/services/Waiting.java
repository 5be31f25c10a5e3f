package org.postrider.services;

import org.postrider.common.queue.QueueName;

/**
 * What a message waits for, as far as its place says.
 *
 * @param notYet the time of its next attempt has not come
 */
record Waiting(QueueName queue, boolean notYet) {
    /** Whether the time of its next attempt is what counts. */
    boolean isForTime() {
        return notYet && (queue == QueueName.DEFERRED || queue == QueueName.INCOMING);
    }

    /** For people: the rule, with the parameters that it comes from. */
    String words() {
        if (isForTime()) {
            return "the time of the next attempt (minimal_backoff_time, maximal_backoff_time)";
        }
        return switch (queue) {
            case MAILDROP -> "pickup, which looks when it is told and once a minute";
            case INCOMING -> "the queue manager: room in the active queue (qmgr_message_active_limit)";
            case ACTIVE -> "a delivery that is under way, or its turn";
            case DEFERRED -> "the next scan of the queue (queue_run_delay) and room in the active queue"
                    + " (qmgr_message_active_limit)";
            case HOLD -> "an administrator: it is on hold (postsuper -H)";
            case CORRUPT, BOUNCE, DEFER, TRACE, FLUSH, SAVED -> "";
        };
    }
}
