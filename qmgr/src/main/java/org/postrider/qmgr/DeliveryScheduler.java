package org.postrider.qmgr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Chooses which delivery comes next. It holds transports, destinations and the entries waiting for them; it does no input or
 * output, reads no clock, and belongs to one thread. Implementations differ in the order; limits, feedback, and dead
 * destinations and transports are the same for all.
 */
interface DeliveryScheduler {
    /** Recipients of one message that were read and routed; more of the same message may follow later. */
    void add(ActiveMessage message, List<RoutedRecipient> recipients, Instant now);

    /** What to do next; empty when nothing can start before {@link #wakeTime()} or another call. */
    Optional<Step> next(Instant now);

    /** An entry that {@link #next} gave out has come to its end. */
    void finished(Entry entry, DeliveryOutcome outcome, Instant now);

    /** When the next wait for a rate delay or a dead destination ends; empty when there is none. */
    Optional<Instant> wakeTime();

    /** Forgets which destinations and transports are dead. */
    void flushDead(Instant now);

    /** Goes on with other limits; windows keep their size as far as these allow. */
    void reconfigure(SchedulerSettings settings, Instant now);
}
