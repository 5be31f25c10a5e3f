package org.postrider.qmgr;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks trivial-rewrite, and asks again while it is being restarted. All who ask wait together: after about ten seconds nobody waits any
 * more, until one of those who come later, one a second, has an answer. Safe for many threads; blocks virtual ones.
 */
final class PatientResolver {
    private static final Logger LOG = LoggerFactory.getLogger(PatientResolver.class);
    private static final int MOST_PAUSES = 10;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Waits; tests do not. */
    interface Pause {
        void pause(Duration time);
    }

    private final Services services;
    private final InstantSource clock;
    private final Pause pause;
    private final ReentrantLock waiting = new ReentrantLock();
    /** Since the last answer. */
    private final AtomicInteger pauses = new AtomicInteger();
    private final Semaphore probing = new Semaphore(1);
    /** Owned by whoever probes. */
    private Instant nextProbe = Instant.MIN;

    PatientResolver(Services services, InstantSource clock, Pause pause) {
        this.services = services;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * The answers to at most {@link RewriteClient#MOST_AT_ONCE} requests, in their order; empty ones where there is nobody to give one. What
     * fails for all together is asked one by one: it may be one address that can't be answered.
     */
    List<Optional<ResolveAnswer>> resolve(List<ResolveRequest> requests) {
        if (requests.size() > 1 && pauses.get() == 0) {
            try {
                return services.resolve(requests).stream().map(Optional::of).toList();
            } catch (IOException e) {
                LOG.debug("asking for each recipient by itself: {}", e.getMessage());
            }
        }
        return requests.stream().map(this::resolve).toList();
    }

    /** The answer; empty when there is nobody to give one. */
    private Optional<ResolveAnswer> resolve(ResolveRequest request) {
        while (true) {
            int seen = pauses.get();
            if (seen >= MOST_PAUSES) {
                return probe(request);
            }
            try {
                return Optional.of(ask(request));
            } catch (IOException e) {
                waitAfter(seen, e);
            }
        }
    }

    private ResolveAnswer ask(ResolveRequest request) throws IOException {
        ResolveAnswer answer = services.resolve(request);
        if (pauses.get() != 0) {
            pauses.set(0);
        }
        return answer;
    }

    /** One waits, the others wait for that one. */
    private void waitAfter(int seen, IOException reason) {
        waiting.lock();
        try {
            if (pauses.get() == seen) {
                warn(reason);
                pause.pause(PAUSE);
                boolean _ = pauses.compareAndSet(seen, seen + 1);
            }
        } finally {
            waiting.unlock();
        }
    }

    private static void warn(IOException reason) {
        LOG.warn("problem talking to service rewrite: {}", reason.getMessage());
    }

    private Optional<ResolveAnswer> probe(ResolveRequest request) {
        if (!probing.tryAcquire()) {
            return Optional.empty();
        }
        try {
            if (clock.instant().isBefore(nextProbe)) {
                return Optional.empty();
            }
            return Optional.of(ask(request));
        } catch (IOException e) {
            warn(e);
            nextProbe = clock.instant().plus(PAUSE);
            return Optional.empty();
        } finally {
            probing.release();
        }
    }
}
