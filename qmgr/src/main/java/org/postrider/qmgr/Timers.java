package org.postrider.qmgr;

import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;

/** Acts that are due at a time to come, in the order of these times. Owned by the scheduler's thread. */
final class Timers {
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long count;

    /** What is done when the time has come. */
    interface Act {
        void at(Instant now);
    }

    private record Timer(Instant time, long number, Act act) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = time.compareTo(other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    void at(Instant time, Act act) {
        timers.add(new Timer(time, count++, act));
    }

    /** Does what is due. */
    void run(Instant now) {
        for (Timer timer = timers.peek(); timer != null && !timer.time.isAfter(now); timer = timers.peek()) {
            timers.remove();
            timer.act.at(now);
        }
    }

    /** When the next act is due. */
    Optional<Instant> next() {
        return Optional.ofNullable(timers.peek()).map(Timer::time);
    }
}
