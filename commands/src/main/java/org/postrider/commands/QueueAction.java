package org.postrider.commands;

import java.util.List;
import org.postrider.common.queue.QueueName;

/** What postsuper is asked to do to messages. */
enum QueueAction {
    DELETE, REQUEUE, HOLD, RELEASE, EXPIRE, EXPIRE_RELEASE;

    /** The action behind an option of postsuper. */
    static QueueAction of(char option) {
        return switch (option) {
            case 'd' -> DELETE;
            case 'e' -> EXPIRE;
            case 'f' -> EXPIRE_RELEASE;
            case 'h' -> HOLD;
            case 'H' -> RELEASE;
            case 'r' -> REQUEUE;
            default -> throw new IllegalArgumentException(String.valueOf(option));
        };
    }

    /** Whether it may lead to this, so that it is counted. */
    boolean mayLeadTo(QueueDeed deed) {
        return switch (deed) {
            case REQUEUED -> this == REQUEUE;
            case REMOVED -> this == DELETE;
            case EXPIRED -> this == EXPIRE || this == EXPIRE_RELEASE;
            case HELD -> this == HOLD;
            case RELEASED -> this == RELEASE || this == EXPIRE_RELEASE;
        };
    }

    /** Where the messages are looked for: among the named queues, or in all where none is named. */
    List<QueueName> queues(List<QueueName> named) {
        List<QueueName> all = switch (this) {
            case DELETE -> List.of(QueueName.HOLD, QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED,
                    QueueName.MAILDROP);
            case REQUEUE, EXPIRE, EXPIRE_RELEASE ->
                List.of(QueueName.HOLD, QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED);
            case HOLD -> List.of(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED);
            case RELEASE -> List.of(QueueName.HOLD);
        };
        return named.isEmpty() ? all : all.stream().filter(named::contains).toList();
    }
}
