package org.postrider.common.log;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.postrider.common.gather.Gatherer;

/**
 * The one thread that writes log lines: conversations put finished lines into a bounded buffer and go on; a full buffer makes
 * them wait. Lines keep their order. A destination that fails loses the lines it was given, never the daemon.
 */
final class LogWriter implements AutoCloseable {
    private static final int MOST_WAITING = 4096;
    /** Under load lines are gathered this long: waking this thread and the log's reader for each would cost more than the lines. */
    private static final Duration GATHER = Duration.ofMillis(5);

    private record Line(int severity, long micros, String text) {}

    private final LogDestination destination;
    private final Gatherer<Line> lines;

    LogWriter(LogDestination destination) {
        this.destination = destination;
        this.lines = new Gatherer<>("log", MOST_WAITING, GATHER, this::write);
    }

    void write(int severity, long micros, String text) {
        lines.put(new Line(severity, micros, text));
    }

    private void write(List<Line> batch) {
        for (Line line : batch) {
            try {
                destination.write(line.severity, line.micros, line.text);
            } catch (IOException _) {
                // There is nowhere left to say it.
            }
        }
        try {
            destination.flush();
        } catch (IOException _) {
            // There is nowhere left to say it.
        }
    }

    /** Writes what waits and ends the thread; waits for that a bounded time. */
    @Override
    public void close() {
        lines.close();
        try {
            destination.close();
        } catch (IOException _) {
            // There is nowhere left to say it.
        }
    }
}
