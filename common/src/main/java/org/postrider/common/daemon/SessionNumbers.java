package org.postrider.common.daemon;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number in brackets of a conversation's log lines. Log readers know a process id there and pair connect with disconnect
 * by it, so every conversation of a daemon has its own: they count upwards from the process id.
 */
public final class SessionNumbers {
    private static final long LARGEST = 1_000_000_000;

    private final int own;
    private final AtomicLong next;

    /** @param pid the process's own id, which is left to lines outside conversations */
    public SessionNumbers(int pid) {
        own = pid;
        next = new AtomicLong(pid);
    }

    long own() {
        return own;
    }

    long next() {
        return next.updateAndGet(last -> last >= LARGEST ? 1 : last + 1);
    }
}
