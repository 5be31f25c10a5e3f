package org.postrider.common.log;

import org.slf4j.Marker;
import org.slf4j.helpers.BasicMarkerFactory;

/** The severities of Postfix that SLF4J has no level for. */
public final class Log {
    /** Marks an error after which the process or the request ends: {@code log.error(Log.FATAL, text)} writes {@code fatal: text}. */
    public static final Marker FATAL = new BasicMarkerFactory().getMarker("FATAL");

    /** Marks an error that shows a defect of the program itself: {@code panic: text}. */
    public static final Marker PANIC = new BasicMarkerFactory().getMarker("PANIC");

    private Log() {}
}
