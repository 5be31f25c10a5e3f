package org.postrider.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postrider.common.lookup.Aside;
import org.postrider.common.lookup.KeyBlock;

/**
 * Asks for the keys of a stream. With several threads these go out in blocks, and answers are written in the order of the keys: most
 * of a lookup in a large index is waiting for memory. One thread asks for each key as it comes. Either way answers go out before
 * another key is waited for. The first failure ends it, when what came before has been written.
 */
final class ManyKeys {
    /** Asks for keys. Called by several threads. */
    interface Question {
        /**
         * True when it was found; then what is to be printed has been added, one char for one byte.
         *
         * @param ascii whether that is known of the key
         */
        boolean ask(String key, boolean ascii, StringBuilder text) throws IOException;

        /** Answers the next keys of the block, or leaves them for the other way to ask. */
        default void ask(KeyBlock block) {}
    }

    private record Asked(KeyBlock block, Optional<IOException> failure) {}

    private final Question question;
    private final OutputStream out;
    private boolean any;

    ManyKeys(Question question, OutputStream out) {
        this.question = question;
        this.out = out;
    }

    /** Asks for every line; true when one was found. */
    boolean askOneByOne(ByteLines keys) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String key = keys.next(); key != null; key = keys.next()) {
            any |= question.ask(key, keys.isAscii(), text);
            out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            text.setLength(0);
        }
        return any;
    }

    /** The same for the lines of blocks, by so many threads. */
    boolean askInBlocks(LineBlocks blocks, int threads) throws IOException {
        ArrayDeque<Future<Asked>> pending = new ArrayDeque<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (KeyBlock block = blocks.next(); block != null; block = blocks.next()) {
                KeyBlock next = block;
                pending.add(workers.submit(() -> ask(next)));
                boolean waits = blocks.isDrained();
                while (pending.size() > (waits ? 0 : 2 * threads)) {
                    write(Aside.await(pending.remove()));
                }
                if (waits) {
                    out.flush();
                }
            }
            while (!pending.isEmpty()) {
                write(Aside.await(pending.remove()));
            }
            return any;
        }
    }

    /** Asks as far as the first key with a byte above 127: a complaint about that may follow, which has its place among others. */
    private Asked ask(KeyBlock block) {
        try {
            while (block.hasMore() && block.isAscii()) {
                question.ask(block);
                if (block.hasMore() && block.isAscii()) {
                    askAlone(block);
                }
            }
            return new Asked(block, Optional.empty());
        } catch (IOException e) {
            return new Asked(block, Optional.of(e));
        }
    }

    private void askAlone(KeyBlock block) throws IOException {
        StringBuilder text = new StringBuilder();
        boolean found = question.ask(block.key(), block.isAscii(), text);
        block.answer(found, text.toString());
    }

    private void write(Asked first) throws IOException {
        Asked asked = first;
        KeyBlock block = asked.block;
        block.writeTo(out);
        while (asked.failure.isEmpty() && block.hasMore()) {
            askAlone(block);
            asked = ask(block);
            block.writeTo(out);
        }
        if (asked.failure.isPresent()) {
            throw asked.failure.get();
        }
        any |= block.isAnyFound();
    }
}
