package org.postrider.common.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Instant;
import org.slf4j.LoggerFactory;

/**
 * Sets a process's logging up: every SLF4J logger, one appender, one destination. Made once in a program's main, before the
 * first line; there is no configuration file to be found on the class path.
 */
public final class Logging implements AutoCloseable {
    private final LogWriter writer;

    private Logging(LogWriter writer) {
        this.writer = writer;
    }

    /**
     * Starts logging.
     *
     * @param own what stands before the colon outside conversations: syslog_name/program and the process id
     * @param verbose true to let debug lines through (the -v option)
     */
    public static Logging start(LogContext own, LogDestination destination, boolean verbose) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LogWriter writer = new LogWriter(destination);
        Lines lines = new Lines(own, writer);
        lines.setContext(context);
        lines.start();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(lines);
        context.getLogger("org.postrider").setLevel(verbose ? Level.DEBUG : Level.INFO);
        return new Logging(writer);
    }

    /** Writes what waits and stops. */
    @Override
    public void close() {
        writer.close();
    }

    private static final class Lines extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final LogContext own;
        private final LogWriter writer;

        Lines(LogContext own, LogWriter writer) {
            this.own = own;
            this.writer = writer;
        }

        @Override
        protected void append(ILoggingEvent event) {
            LogContext context = LogContext.CURRENT.orElse(own);
            Instant now = event.getInstant();
            long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
            writer.write(LogLine.severity(event), micros,
                    context.tag() + '[' + context.number() + "]: " + LogLine.text(event));
        }
    }
}
