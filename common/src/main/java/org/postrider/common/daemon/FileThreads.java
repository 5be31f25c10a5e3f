package org.postrider.common.daemon;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Runs work that blocks in the file system on platform threads while the calling virtual thread waits: no lock and no fsync may
 * hold a carrier.
 *
 * @param executor {@link ServiceContext#fileWork()}
 */
public record FileThreads(Executor executor) {
    /** Work on files. */
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Does it and waits for its result; its failures come back as they are, or as the cause of one with the same words. */
    public <T> T call(Work<T> work) throws IOException {
        CompletableFuture<T> done = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                done.complete(work.run());
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(words(cause), cause);
            }
            throw e;
        }
    }

    private static String words(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
