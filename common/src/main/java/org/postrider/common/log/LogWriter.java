package org.postrider.common.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that writes log lines: conversations put finished lines into a bounded queue and go on; a full queue makes
 * them wait. Lines keep their order. A destination that fails loses the lines it was given, never the daemon.
 */
final class LogWriter implements AutoCloseable {
    private static final int MOST_WAITING = 4096;
    private static final int BATCH = 256;
    /** Under load lines are gathered this long: waking this thread and the log's reader for each would cost more than the lines. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Lines that follow each other more slowly than this are written at once. */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private record Line(int severity, long micros, String text, boolean last) {}

    private static final Line LAST = new Line(0, 0, "", true);

    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final LogDestination destination;
    private final Thread thread;

    LogWriter(LogDestination destination) {
        this.destination = destination;
        this.thread = Thread.ofPlatform().name("log").daemon(true).start(this::run);
    }

    void write(int severity, long micros, String text) {
        put(new Line(severity, micros, text, false));
    }

    private void put(Line line) {
        boolean interrupted = false;
        while (true) {
            try {
                waiting.put(line);
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Line> batch = new ArrayList<>(BATCH);
        long written = System.nanoTime() - BUSY_NANOS;
        while (true) {
            try {
                Line first = waiting.take();
                batch.add(first);
                if (!first.last && System.nanoTime() - written < BUSY_NANOS) {
                    LockSupport.parkNanos(GATHER_NANOS);
                }
            } catch (InterruptedException _) {
                continue;
            }
            waiting.drainTo(batch, BATCH - 1);
            for (Line line : batch) {
                if (line.last) {
                    end();
                    return;
                }
                deliver(line);
            }
            batch.clear();
            flush();
            written = System.nanoTime();
        }
    }

    private void deliver(Line line) {
        try {
            destination.write(line.severity, line.micros, line.text);
        } catch (IOException _) {
            // There is nowhere left to say it.
        }
    }

    private void flush() {
        try {
            destination.flush();
        } catch (IOException _) {
            // There is nowhere left to say it.
        }
    }

    private void end() {
        flush();
        try {
            destination.close();
        } catch (IOException _) {
            // There is nowhere left to say it.
        }
    }

    /** Writes what waits and ends the thread; waits for that a bounded time. */
    @Override
    public void close() {
        put(LAST);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
