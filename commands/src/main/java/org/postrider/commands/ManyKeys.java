package org.postrider.commands;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postrider.common.lookup.TableSource;

/**
 * Asks for the keys of a stream on several processors at once; answers are written in the order of the keys. Most of a lookup in a
 * large table is waiting for memory. The first failure ends it, when what came before has been written.
 */
final class ManyKeys {
    /** Keys for one thread at a time: enough to make the hand-over cheap; fewer than these are not handed over at all. */
    static final int BATCH = 1000;

    /** Asks for one key. */
    interface Question {
        /** True when it was found; then what is to be printed has been written. Called by several threads. */
        boolean ask(String key, ByteArrayOutputStream out) throws IOException;
    }

    private record Answers(ByteArrayOutputStream text, boolean any, Optional<IOException> failure) {}

    private final Question question;
    private final int threads;
    private final OutputStream out;
    private final ArrayDeque<Future<Answers>> pending = new ArrayDeque<>();
    private boolean any;

    /** @param threads that ask */
    ManyKeys(Question question, int threads, OutputStream out) {
        this.question = question;
        this.threads = threads;
        this.out = out;
    }

    /** Asks for every line; true when one was found. */
    boolean ask(ByteLines keys) throws IOException {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<String> batch = new ArrayList<>(BATCH);
            for (String key = keys.next(); key != null; key = keys.next()) {
                if (!TableSource.isUtf8(key)) {
                    // A complaint may follow, which has its place among others.
                    finish(batch);
                    batch = new ArrayList<>(BATCH);
                    write(answers(List.of(key)));
                    continue;
                }
                batch.add(key);
                if (batch.size() == BATCH) {
                    List<String> full = batch;
                    pending.add(workers.submit(() -> answers(full)));
                    batch = new ArrayList<>(BATCH);
                    if (pending.size() > 2 * threads) {
                        write(result(pending.remove()));
                    }
                }
            }
            finish(batch);
            return any;
        }
    }

    /** Writes what is under way, and asks for these. */
    private void finish(List<String> rest) throws IOException {
        while (!pending.isEmpty()) {
            write(result(pending.remove()));
        }
        write(answers(rest));
    }

    private Answers answers(List<String> keys) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(64 * keys.size());
        boolean found = false;
        for (String key : keys) {
            try {
                found |= question.ask(key, text);
            } catch (IOException e) {
                return new Answers(text, found, Optional.of(e));
            }
        }
        return new Answers(text, found, Optional.empty());
    }

    private void write(Answers answers) throws IOException {
        answers.text.writeTo(out);
        any |= answers.any;
        if (answers.failure.isPresent()) {
            throw answers.failure.get();
        }
    }

    private static Answers result(Future<Answers> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException wrong) {
                throw wrong;
            }
            throw new IOException(e.getCause());
        }
    }
}
