package org.postrider.common.lookup;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Contents and how many lookups work on them: they are closed when they have been replaced and the last lookup has ended. */
final class LiveContents {
    /**
     * A lookup in an index brings up to 128 KiB of the file into the process, at two places. After so many of them, 6 MiB, that is
     * given back, unless lookups come so fast that fetching it again would slow them down; then it goes a second after the last.
     */
    private static final int BETWEEN_RELEASES = 50;
    /** Milliseconds for so many lookups. */
    private static final long BUSY = 5;
    /** Milliseconds over which the rate is taken, too: a thread that had to wait for a processor is no sign of calm. */
    private static final long WHILE = 1000;

    /** Where what can wait is done. */
    interface Later {
        /** Runs this in about a second. */
        void run(Runnable work);
    }

    private final TableContents contents;
    private final Optional<Later> later;
    // Other threads count, too, and one count more or less does not matter.
    private int asked;
    private int rounds;
    private int allRounds;
    private long lastRound;
    private long began;
    private boolean wasBusy;
    private final AtomicBoolean awaitsCalm = new AtomicBoolean();
    /** The table itself counts as one. */
    private final AtomicInteger users = new AtomicInteger(1);

    /** @param later empty in a process that keeps its memory to the end */
    LiveContents(TableContents contents, Optional<Later> later) {
        this.contents = contents;
        this.later = later;
    }

    /** False when they are closed; else {@link #leave} must follow. */
    boolean enter() {
        int now = users.get();
        while (now > 0) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    /** The lookup has ended, or the table has other contents. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            contents.close();
        }
    }

    /** Looks up; some memory is given back now and then while there is time for that. */
    LookupResult find(String key, long now) {
        LookupResult answer = contents.find(key);
        if (later.isPresent()) {
            asked++;
            if (asked >= BETWEEN_RELEASES) {
                asked = 0;
                releaseWhenCalm(later.get(), now);
            }
        }
        return answer;
    }

    /** Answers keys of a block; whoever asks for so many keeps what memory that takes. */
    void find(KeyBlock block) {
        contents.find(block);
    }

    private void releaseWhenCalm(Later later, long now) {
        long since = now - lastRound;
        lastRound = now;
        rounds++;
        allRounds++;
        long lasted = now - began;
        if (lasted >= WHILE || lasted < 0) {
            wasBusy = lasted < rounds * BUSY && lasted > 0;
            rounds = 0;
            began = now;
        }
        if (!wasBusy && (since > BUSY || since < 0)) {
            contents.release();
        } else if (!awaitsCalm.getAndSet(true)) {
            awaitCalm(later);
        }
    }

    private void awaitCalm(Later later) {
        int now = allRounds;
        later.run(() -> {
            if (now != allRounds) {
                awaitCalm(later);
                return;
            }
            awaitsCalm.set(false);
            if (enter()) {
                contents.release();
                leave();
            }
        });
    }
}
