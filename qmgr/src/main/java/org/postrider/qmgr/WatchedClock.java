package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's clock, watched for jumps: the times in queue files are its times, and after a jump they mean something else. That it
 * was put forward is remembered for a day, so that nobody suffers for it at once. Safe for many threads.
 */
final class WatchedClock implements InstantSource {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedClock.class);
    /** More than a clock is ever slewed between two looks. */
    private static final Duration JUMP = Duration.ofSeconds(10);
    private static final Duration MEMORY = Duration.ofDays(1);
    private static final int MOST_JUMPS = 100;
    private static final long ONE_LOOK = TimeUnit.SECONDS.toNanos(1);

    private final InstantSource system;
    private final LongSupplier sinceBoot;
    private final ReentrantLock lock = new ReentrantLock();

    // Under the lock.
    private Instant lastSystem;
    private long lastBoot;

    /** Replaced as a whole; nearly always empty. */
    private volatile List<Forward> forward = List.of();

    /**
     * The clock was put forward.
     *
     * @param from what it would have shown
     * @param to what it showed
     * @param noticed by the other clock
     */
    private record Forward(Instant from, Instant to, long noticed) {
        private Duration width() {
            return Duration.between(from, to);
        }
    }

    /** @param sinceBoot nanoseconds of a clock that goes evenly and can't be set */
    WatchedClock(InstantSource system, LongSupplier sinceBoot) {
        this.system = system;
        this.sinceBoot = sinceBoot;
        this.lastSystem = system.instant();
        this.lastBoot = sinceBoot.getAsLong();
    }

    @Override
    public Instant instant() {
        lock.lock();
        try {
            long boot = sinceBoot.getAsLong();
            Instant now = system.instant();
            while (isJump(now, boot) && sinceBoot.getAsLong() - boot > ONE_LOOK) {
                // This thread stood still between the two clocks.
                boot = sinceBoot.getAsLong();
                now = system.instant();
            }
            look(now, boot);
            return now;
        } finally {
            lock.unlock();
        }
    }

    private Instant expected(long boot) {
        return lastSystem.plusNanos(boot - lastBoot);
    }

    private boolean isJump(Instant now, long boot) {
        return Duration.between(expected(boot), now).abs().compareTo(JUMP) > 0;
    }

    private void look(Instant now, long boot) {
        Instant expected = expected(boot);
        if (isJump(now, boot)) {
            if (now.isAfter(expected)) {
                putForward(expected, now, boot);
            } else {
                putBack(expected, now);
            }
        }
        lastSystem = now;
        lastBoot = boot;
        if (!forward.isEmpty() && boot - forward.getFirst().noticed >= MEMORY.toNanos()) {
            forward = forward.stream().filter(jump -> boot - jump.noticed < MEMORY.toNanos()).toList();
        }
    }

    private void putForward(Instant from, Instant to, long boot) {
        LOG.warn(
                "the system clock was put forward by {} seconds: deferred mail waits as long as it would have, and for a day no"
                        + " mail is returned or called late because of that",
                Duration.between(from, to).toSeconds());
        List<Forward> changed = new ArrayList<>(forward);
        if (changed.size() == MOST_JUMPS) {
            Forward _ = changed.removeFirst();
        }
        changed.add(new Forward(from, to, boot));
        forward = List.copyOf(changed);
    }

    /** Undoes what was put forward, the last first, as far as it goes. */
    private void putBack(Instant from, Instant to) {
        Duration back = Duration.between(to, from);
        LOG.warn(
                "the system clock was put back by {} seconds: deferred mail with times from before waits as long as it would have,"
                        + " but not longer than maximal_backoff_time",
                back.toSeconds());
        Deque<Forward> left = new ArrayDeque<>();
        for (Forward jump : forward.reversed()) {
            Duration width = jump.width().minus(back);
            back = width.isNegative() ? width.negated() : Duration.ZERO;
            if (width.compareTo(JUMP) > 0) {
                left.addFirst(new Forward(jump.from, jump.from.plus(width), jump.noticed));
            }
        }
        forward = List.copyOf(left);
    }

    /** True when it was put forward within the last day. */
    boolean wasPutForward() {
        return !forward.isEmpty();
    }

    /** What it would show, had it not been put forward since then within the last day. */
    Instant seenFrom(Instant then) {
        Instant time = instant();
        for (Forward jump : forward) {
            if (!then.isAfter(jump.from)) {
                time = time.minus(jump.width());
            }
        }
        return time;
    }
}
