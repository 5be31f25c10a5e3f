package org.postrider.bounce;

import org.postrider.common.queue.QueueName;

/** The three logs that are kept about a message. */
enum LogKind {
    /** Recipients that failed for good. */
    BOUNCE(QueueName.BOUNCE, "5.0.0", "failed"),
    /** Recipients that will be tried again. */
    DEFER(QueueName.DEFER, "4.0.0", "delayed"),
    /** What the sender asked to be told: success, or what delivery would do. */
    TRACE(QueueName.TRACE, "2.0.0", "delivered");

    private final QueueName queue;
    private final String status;
    private final String action;

    LogKind(QueueName queue, String status, String action) {
        this.queue = queue;
        this.status = status;
        this.action = action;
    }

    QueueName queue() {
        return queue;
    }

    /** The status of an entry that has none. */
    String status() {
        return status;
    }

    /** The action of an entry that has none. */
    String action() {
        return action;
    }
}
