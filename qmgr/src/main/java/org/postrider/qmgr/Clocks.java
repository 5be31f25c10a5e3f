package org.postrider.qmgr;

import java.time.Instant;
import java.time.InstantSource;
import org.postrider.common.posix.BootClock;

/**
 * The two clocks of the queue manager.
 *
 * @param calendar the system's: times of files, of mail and of log lines. It may be put forward and back
 * @param steady for everything that is waited for in memory. It goes on evenly; what it shows is only to be compared with what it showed
 *        before
 */
record Clocks(WatchedClock calendar, InstantSource steady) {
    static Clocks of(InstantSource system) {
        Instant start = system.instant();
        long nanos = System.nanoTime();
        return new Clocks(new WatchedClock(system, BootClock::nanos),
                () -> start.plusNanos(System.nanoTime() - nanos));
    }
}
