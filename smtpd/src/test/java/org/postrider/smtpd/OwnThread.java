package org.postrider.smtpd;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Lets through only what is logged by the thread that made it: sessions of an earlier test may still be about to end. */
final class OwnThread extends Filter<ILoggingEvent> {
    private final Thread own = Thread.currentThread();

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return Thread.currentThread() == own ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
