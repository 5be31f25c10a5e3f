package org.postrider.qmgr;

import java.time.Duration;
import java.util.function.Function;

/**
 * What the scheduler needs to know.
 *
 * @param transport the limits of a transport by its name
 * @param deadDestinationTime how long a dead destination is left alone: minimal_backoff_time
 * @param deadTransportTime how long a transport that could not be called is left alone: transport_retry_time
 * @param retryTransport where entries go that are deferred without a try
 * @param mostDead how many dead destinations are remembered
 * @param recipientMinimum as many recipients of a message as are read in any case: qmgr_message_recipient_minimum
 * @param debug shows how windows change
 * @param clog warns of destinations that have too much of the active queue
 */
record SchedulerSettings(Function<String, TransportSettings> transport, Duration deadDestinationTime,
        Duration deadTransportTime, String retryTransport, int mostDead,
        int recipientMinimum, FeedbackDebug debug, ClogWarnings clog) {}
