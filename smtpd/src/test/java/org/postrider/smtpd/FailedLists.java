package org.postrider.smtpd;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Of what lists of patterns log, only that one of their tables gave no answer. */
final class FailedLists extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getFormattedMessage().endsWith(": table lookup problem")
                ? FilterReply.NEUTRAL
                : FilterReply.DENY;
    }
}
