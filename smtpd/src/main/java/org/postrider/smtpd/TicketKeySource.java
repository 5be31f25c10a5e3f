package org.postrider.smtpd;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postrider.common.tls.TicketKeyRotation;
import org.postrider.common.wire.TicketKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of session tickets as tlsmgr has them. They are asked for when a handshake needs them and what is known is not fresh any more;
 * while tlsmgr does not answer the process has keys of its own. Safe for many threads.
 */
final class TicketKeySource {
    private static final Logger log = LoggerFactory.getLogger(TicketKeySource.class);
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** Asks tlsmgr. */
    @FunctionalInterface
    interface Manager {
        TicketKeys keys() throws IOException;
    }

    /** @param until by {@link System#nanoTime} */
    private record Known(TicketKeys keys, long until) {}

    private final Manager manager;
    private final TicketKeyRotation own;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Known known;

    /** @param lifetime of the process's own keys */
    TicketKeySource(Manager manager, Duration lifetime, InstantSource clock) {
        this.manager = manager;
        this.own = new TicketKeyRotation(lifetime, clock);
    }

    /** Without tlsmgr. */
    static TicketKeySource alone(InstantSource clock) {
        TicketKeyRotation rotation = new TicketKeyRotation(USUAL, clock);
        return new TicketKeySource(rotation::keys, USUAL, clock);
    }

    /** The keys of this moment. */
    TicketKeys keys() {
        Known now = known;
        if (now != null && System.nanoTime() - now.until < 0) {
            return now.keys;
        }
        // One asks, the others go on with what was known; only while nothing is known do they wait.
        if (now != null && !asking.tryLock()) {
            return now.keys;
        }
        if (now == null) {
            asking.lock();
        }
        try {
            Known meanwhile = known;
            Known asked = meanwhile != null && System.nanoTime() - meanwhile.until < 0 ? meanwhile : ask();
            known = asked;
            return asked.keys;
        } finally {
            asking.unlock();
        }
    }

    private Known ask() {
        try {
            TicketKeys keys = manager.keys();
            return new Known(keys, System.nanoTime() + keys.fresh().toNanos());
        } catch (IOException e) {
            log.warn("tlsmgr: {}", String.valueOf(e.getMessage()));
            return new Known(own.keys(), System.nanoTime() + AGAIN.toNanos());
        }
    }
}
