package org.postrider.qmgr;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.postrider.common.ipc.Standing;
import org.postrider.common.queue.QueueId;

/** What the loop of {@link QueueManager} is told by the threads that work for it. */
sealed interface Event {
    /**
     * A message is in active, its first recipients are routed; more begin at {@code next}.
     *
     * @param explained others remain who are not to be tried
     */
    record Admitted(MessageHead head, RecipientRouter.Routes routes, long next, boolean explained)
            implements
                Event {}

    /** More recipients of a message, or nothing when they can't be read now. */
    record MoreRead(ActiveMessage message, Optional<RecipientRouter.Routes> routes, long next) implements Event {}

    /** A delivery came to its end. */
    record Finished(Entry entry, DeliveryOutcome outcome) implements Event {}

    /** Recipients were deferred without an agent. */
    record Deferred(ActiveMessage message, int recipients) implements Event {}

    /** Forget what is dead. */
    record FlushDead() implements Event {}

    /** Other settings hold from now on. */
    record Reconfigured(SchedulerSettings settings) implements Event {}

    /** What does each of these messages wait for, or, without an id, all that are not active. */
    record Asked(List<Optional<QueueId>> ids, CompletableFuture<List<Standing>> answer) implements Event {}

    /** The end. */
    record Stop() implements Event {}
}
