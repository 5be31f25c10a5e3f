package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, with helpful_warnings, when one destination has more than a fifth of the room in the active queue, and says what may help.
 *
 * @param interval qmgr_clog_warn_time: between warnings about the same destination; zero for none at all
 * @param activeLimit qmgr_message_active_limit
 */
record ClogWarnings(Duration interval, int activeLimit) {
    private static final Logger LOG = LoggerFactory.getLogger(ClogWarnings.class);
    private static final int SHARE = 5;

    /** @param active messages in the active queue */
    void look(Destination destination, int active, Instant now) {
        if (!interval.isZero() && destination.entries() > activeLimit / SHARE
                && destination.mayWarn(now, interval)) {
            warn(destination, active);
        }
    }

    private static void warn(Destination destination, int active) {
        String transport = destination.transport().name();
        LOG.warn("mail for {} is using up {} of {} active queue entries", destination.nexthop(),
                destination.entries(), active);
        if (destination.entries() < active) {
            LOG.warn("this may slow down other mail deliveries");
        }
        int limit = destination.transport().settings().mostConcurrency();
        if (destination.window().size() >= limit) {
            LOG.warn("you may need to increase the main.cf {}_destination_concurrency_limit from {}", transport, limit);
        } else {
            LOG.warn("you may need to reduce {} connect and helo timeouts", transport);
            LOG.warn("you may need to increase the main.cf minimal_backoff_time and maximal_backoff_time");
            LOG.warn("you may need to increase the master.cf {} process limit", transport);
        }
        LOG.warn("please avoid flushing the whole queue while a lot of mail is deferred");
        LOG.warn("to turn off these warnings specify: qmgr_clog_warn_time = 0");
    }
}
