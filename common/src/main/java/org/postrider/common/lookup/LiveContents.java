package org.postrider.common.lookup;

import java.util.concurrent.atomic.AtomicInteger;

/** Contents and how many lookups work on them: they are closed when they have been replaced and the last lookup has ended. */
final class LiveContents {
    /**
     * A lookup in an index brings about 64 KiB of the file into the process. After so many of them, 6 MiB, that is given back, unless
     * lookups come so fast that fetching it again would slow them down.
     */
    private static final int BETWEEN_RELEASES = 100;
    /** Milliseconds for so many lookups. */
    private static final long BUSY = 10;
    /** Milliseconds over which the rate is taken, too: a thread that had to wait for a processor is no sign of calm. */
    private static final long WHILE = 1000;

    private final TableContents contents;
    // Other threads count, too, and one count more or less does not matter.
    private int asked;
    private int hundreds;
    private long lastHundred;
    private long began;
    private boolean wasBusy;
    /** The table itself counts as one. */
    private final AtomicInteger users = new AtomicInteger(1);

    LiveContents(TableContents contents) {
        this.contents = contents;
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
        asked++;
        if (asked >= BETWEEN_RELEASES) {
            asked = 0;
            releaseWhenCalm(now);
        }
        return answer;
    }

    private void releaseWhenCalm(long now) {
        long since = now - lastHundred;
        lastHundred = now;
        hundreds++;
        long lasted = now - began;
        if (lasted >= WHILE || lasted < 0) {
            wasBusy = lasted < hundreds * BUSY && lasted > 0;
            hundreds = 0;
            began = now;
        }
        if (!wasBusy && (since > BUSY || since < 0)) {
            contents.release();
        }
    }
}
