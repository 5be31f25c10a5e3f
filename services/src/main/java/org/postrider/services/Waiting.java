package org.postrider.services;

import java.util.Optional;
import org.postrider.common.ipc.Standing;
import org.postrider.common.queue.QueueName;

/**
 * What a message waits for, as far as its place says, and the queue manager.
 *
 * @param notYet the time of its next attempt has not come
 * @param view says more
 */
record Waiting(QueueName queue, boolean notYet, QueueManagerView view) {
    /** Whether the time of its next attempt is what counts. */
    boolean isForTime() {
        return notYet && (queue == QueueName.DEFERRED || queue == QueueName.INCOMING);
    }

    /**
     * For people: the rule, with the parameters that it comes from.
     *
     * @param standing the queue manager's answer about an active message
     */
    String words(Optional<Standing> standing) {
        if (isForTime()) {
            return "the time of the next attempt (minimal_backoff_time, maximal_backoff_time)";
        }
        return switch (queue) {
            case MAILDROP -> "pickup, which looks when it is told and once a minute";
            case INCOMING, DEFERRED -> view.elsewhere()
                    .orElseGet(() -> "the next scan of the queue (queue_run_delay) and room in the active queue"
                            + " (qmgr_message_active_limit)" + view.silence());
            case ACTIVE -> standing.map(QueueManagerView::common)
                    .orElseGet(() -> "a delivery that is under way, or its turn" + view.silence());
            case HOLD -> "an administrator: it is on hold (postsuper -H)";
            case CORRUPT, BOUNCE, DEFER, TRACE, FLUSH, SAVED -> "";
        };
    }
}
