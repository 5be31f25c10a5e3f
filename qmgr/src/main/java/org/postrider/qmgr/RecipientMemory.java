package org.postrider.qmgr;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the recipients in memory, of all messages and transports. The first of a message are read before it is known over which
 * transports they go: as many as are left of qmgr_message_recipient_limit, but at least qmgr_message_recipient_minimum. Safe for many
 * threads.
 */
final class RecipientMemory {
    private final AtomicInteger used = new AtomicInteger();

    /** Takes room for the first recipients of a message that has so many; returns how much it took. */
    int reserve(int wanted, int limit, int minimum) {
        while (true) {
            int now = used.get();
            int granted = Math.max(minimum, Math.min(wanted, limit - now));
            if (used.compareAndSet(now, now + granted)) {
                return granted;
            }
        }
    }

    /** Takes room for recipients that were read. */
    void take(int recipients) {
        used.addAndGet(recipients);
    }

    void release(int recipients) {
        used.addAndGet(-recipients);
    }

    int used() {
        return used.get();
    }
}
