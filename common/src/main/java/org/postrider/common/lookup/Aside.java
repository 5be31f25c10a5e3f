package org.postrider.common.lookup;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postrider.common.log.LogContext;

/**
 * Where calls run that hold their thread: reading a large file, asking the C library. A virtual thread may be carried by an event
 * loop, which must not stand still for one conversation's question, so it waits here for a platform thread; any other caller makes
 * the call itself.
 */
public final class Aside {
    private static final int THREADS = 4;
    private static final int IDLE_SECONDS = 5;

    private final ThreadPoolExecutor threads;

    public Aside() {
        threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("lookup-", 0).daemon(true).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Makes the call and waits for its result. */
    public <T> T call(Callable<T> work) throws IOException {
        try {
            if (!Thread.currentThread().isVirtual()) {
                return work.call();
            }
            FutureTask<T> task = new FutureTask<>(work);
            if (LogContext.CURRENT.isBound()) {
                LogContext context = LogContext.CURRENT.get();
                threads.execute(() -> context.run(task));
            } else {
                threads.execute(task);
            }
            return await(task);
        } catch (Exception e) {
            throw rethrown(e);
        }
    }

    /**
     * Waits for what another thread works out.
     *
     * @throws IOException also when this thread is interrupted; unchecked exceptions of the work come as they are
     */
    public static <T> T await(Future<T> work) throws IOException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Does something that can wait, in a second. */
    void later(Runnable work) {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, threads).execute(work);
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case RuntimeException unexpected -> throw unexpected;
            case Error error -> throw error;
            case null, default -> new IOException(cause);
        };
    }
}
