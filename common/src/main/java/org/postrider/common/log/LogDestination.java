package org.postrider.common.log;

import java.io.IOException;

/** Where finished lines go. Called by the one writing thread of {@link LogWriter} only. */
public interface LogDestination extends AutoCloseable {
    /**
     * Takes one line.
     *
     * @param severity RFC 3164 severity
     * @param micros the time of the event, microseconds since 1970
     * @param line tag, number and text: {@code postfix/smtpd[123]: connect from ...}; ISO-8859-1
     */
    void write(int severity, long micros, String line) throws IOException;

    /** Called when no further line waits: send what was gathered. */
    default void flush() throws IOException {}

    @Override
    default void close() throws IOException {}
}
