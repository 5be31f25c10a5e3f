package org.postrider.commands;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.postrider.common.lookup.Aside;
import org.postrider.common.lookup.TableSource;

/**
 * Reads the source of a table on a thread of its own, some thousand entries ahead of the thread that stores them. Entries and warnings
 * keep their order.
 */
final class SourceAhead {
    private static final int BATCH = 500;
    private static final int BATCHES = 16;

    /** What reads a source. Runs on the other thread. */
    interface Reading {
        void read(TableSource.Sink entries, Consumer<String> warnings) throws IOException;
    }

    /**
     * Entries, and what was said after them.
     *
     * @param isLast nothing follows
     */
    private record Batch(List<TableSource.Entry> entries, List<String> warnings, boolean isLast) {}

    private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES);
    private List<TableSource.Entry> entries = new ArrayList<>(BATCH);

    private SourceAhead() {}

    /** Hands on what is read. An error of the reading comes when all has been handed on that was read before it. */
    static void read(Reading reading, TableSource.Sink entries, Consumer<String> warnings) throws IOException {
        new SourceAhead().run(reading, entries, warnings);
    }

    private void run(Reading reading, TableSource.Sink sink, Consumer<String> warnings) throws IOException {
        FutureTask<Boolean> task = new FutureTask<>(() -> readAhead(reading));
        Thread thread = Thread.ofPlatform().daemon().start(task);
        try {
            boolean last = false;
            while (!last) {
                Batch batch = batches.take();
                for (TableSource.Entry entry : batch.entries) {
                    sink.entry(entry);
                }
                batch.warnings.forEach(warnings);
                last = batch.isLast;
            }
            boolean _ = Aside.await(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            thread.interrupt();
        }
    }

    private boolean readAhead(Reading reading) throws IOException {
        try {
            reading.read(entry -> {
                entries.add(entry);
                if (entries.size() == BATCH) {
                    handOver(List.of(), false);
                }
            }, this::warn);
        } finally {
            handOver(List.of(), true);
        }
        return true;
    }

    private void warn(String text) {
        handOver(List.of(text), false);
    }

    private void handOver(List<String> warnings, boolean last) {
        try {
            batches.put(new Batch(entries, warnings, last));
            entries = new ArrayList<>(BATCH);
        } catch (InterruptedException e) {
            // Nobody wants more.
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
