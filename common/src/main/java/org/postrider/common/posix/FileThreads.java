package org.postrider.common.posix;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Runs work that blocks in the file system on platform threads while the calling virtual thread waits: no lock and no fsync may
 * hold a carrier.
 *
 * @param executor the process's threads for work on files
 */
public record FileThreads(Executor executor) {
    /** Work on files. */
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Does it and waits for its result; what it throws is thrown here, as it is. */
    @SuppressWarnings("IllegalCatch")
    public <T> T call(Work<T> work) throws IOException {
        CompletableFuture<T> done = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                done.complete(work.run());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.join();
        } catch (CompletionException e) {
            throw asItIs(e);
        }
    }

    private static IOException asItIs(CompletionException e) {
        return switch (e.getCause()) {
            case IOException failure -> failure;
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case null, default -> throw e;
        };
    }
}
