package org.postrider.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks for the keys of a stream. With several threads these go out in batches, and answers are written in the order of the keys: most
 * of a lookup in a large index is waiting for memory. One thread asks for each key as it comes, and its answer goes out before
 * another key is waited for. The first failure ends it, when what came before has been written.
 */
final class ManyKeys {
    /** Keys for one thread at a time: enough to make the hand-over cheap; fewer than these are not handed over at all. */
    static final int BATCH = 1000;

    /** Asks for one key. */
    interface Question {
        /**
         * True when it was found; then what is to be printed has been added, one char for one byte. Called by several threads.
         *
         * @param ascii whether that is known of the key
         */
        boolean ask(String key, boolean ascii, StringBuilder text) throws IOException;
    }

    private record Answers(StringBuilder text, boolean any, Optional<IOException> failure) {}

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
        return threads == 1 ? askOneByOne(keys) : askInBatches(keys);
    }

    private boolean askOneByOne(ByteLines keys) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String key = keys.next(); key != null; key = keys.next()) {
            any |= question.ask(key, keys.isAscii(), text);
            write(text);
            text.setLength(0);
            if (keys.isDrained()) {
                out.flush();
            }
        }
        return any;
    }

    private boolean askInBatches(ByteLines keys) throws IOException {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<String> batch = new ArrayList<>(BATCH);
            for (String key = keys.next(); key != null; key = keys.next()) {
                if (!keys.isAscii()) {
                    // A complaint may follow, which has its place among others.
                    finish(batch);
                    batch = new ArrayList<>(BATCH);
                    write(answers(List.of(key), false));
                    continue;
                }
                batch.add(key);
                if (batch.size() == BATCH) {
                    List<String> full = batch;
                    pending.add(workers.submit(() -> answers(full, true)));
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
        write(answers(rest, true));
    }

    private Answers answers(List<String> keys, boolean ascii) {
        StringBuilder text = new StringBuilder(64 * keys.size());
        boolean found = false;
        for (String key : keys) {
            try {
                found |= question.ask(key, ascii, text);
            } catch (IOException e) {
                return new Answers(text, found, Optional.of(e));
            }
        }
        return new Answers(text, found, Optional.empty());
    }

    private void write(Answers answers) throws IOException {
        write(answers.text);
        any |= answers.any;
        if (answers.failure.isPresent()) {
            throw answers.failure.get();
        }
    }

    private void write(StringBuilder text) throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
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
