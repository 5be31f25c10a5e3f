package org.postrider.cleanup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * in_flow_delay: while more mail stands in incoming than qmgr seems able to take, a new message waits a little, at most the delay,
 * so that deliveries are not starved by arrivals. Incoming is counted at most a few times each second, whoever asks. Any thread.
 */
final class InFlowDelay {
    private static final int CROWDED = 1000;
    private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();
    private static final long STEP_NANOS = Duration.ofMillis(50).toNanos();

    private final Path incoming;
    private final long delayNanos;
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
    private volatile boolean crowded;

    /** @param incoming the queue's top directory; when it is hashed it never looks crowded */
    InFlowDelay(Path incoming, Duration delay) {
        this.incoming = incoming;
        this.delayNanos = delay.toNanos();
    }

    /** Waits when it is time to wait. */
    void await() {
        if (delayNanos == 0 || !isCrowded()) {
            return;
        }
        long end = System.nanoTime() + delayNanos;
        while (isCrowded() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(STEP_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private boolean isCrowded() {
        long look = nextLook.get();
        long now = System.nanoTime();
        if (now - look >= 0 && nextLook.compareAndSet(look, now + LOOK_NANOS)) {
            crowded = hasMoreThan(CROWDED);
        }
        return crowded;
    }

    private boolean hasMoreThan(int most) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
            int count = 0;
            for (Iterator<Path> each = files.iterator(); each.hasNext(); each.next()) {
                if (++count > most) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException _) {
            return false;
        }
    }
}
