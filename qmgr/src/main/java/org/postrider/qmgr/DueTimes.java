package org.postrider.qmgr;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.postrider.common.queue.QueueName;

/**
 * Whether the time of a file in incoming or deferred has come. Such a time was set with the clock of its moment. Where the clock was put
 * forward since, the file waits as long as it would have; where it was put back, too, but never longer than qmgr makes mail wait.
 *
 * @param clock the system's, of which the files' times are
 * @param longestWait maximal_backoff_time
 */
record DueTimes(WatchedClock clock, Duration longestWait) {
    /** No attempt is put off for longer: a later time was set while the clock was wrong. */
    private static final Duration FARTHEST = Duration.ofDays(10);

    /** What is to be done with a file. */
    sealed interface Answer {
        /** Take it. */
        record Now() implements Answer {}

        /** Look again at the next scan. */
        record Later() implements Answer {}

        /** Give it this time, and look again at the next scan: the clock was put back. */
        record Anew(Instant time) implements Answer {}
    }

    /** When a file's mode, time or name was changed last, by the clock of that moment: st_ctime, which nobody can set. */
    interface Changed {
        Instant read() throws IOException;
    }

    private static final Answer NOW = new Answer.Now();
    private static final Answer LATER = new Answer.Later();

    /**
     * @param time of the next attempt, the file's modification time
     * @param changed asked only where it counts: it is a second look at the file
     */
    Answer look(Instant time, QueueName queue, Changed changed) throws IOException {
        Instant now = clock.instant();
        if (!time.isAfter(now)) {
            return clock.wasPutForward() && time.isAfter(clock.seenFrom(changed.read())) ? LATER : NOW;
        }
        // New mail never waits, and old mail no longer than that: so somebody changed either the time or the clock.
        boolean odd = queue == QueueName.INCOMING || time.isAfter(now.plus(longestWait));
        return odd ? odd(time, changed.read(), now) : LATER;
    }

    private Answer odd(Instant time, Instant changed, Instant now) {
        if (!changed.isAfter(now)) {
            return time.isAfter(now.plus(FARTHEST)) ? NOW : LATER;
        }
        Duration wait = Duration.between(changed, time);
        if (!wait.isPositive()) {
            return NOW;
        }
        return new Answer.Anew(now.plus(wait.compareTo(longestWait) > 0 ? longestWait : wait));
    }
}
