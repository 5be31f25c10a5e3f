package org.postrider.common.lookup;

import java.util.concurrent.atomic.AtomicInteger;

/** Contents and how many lookups work on them: they are closed when they have been replaced and the last lookup has ended. */
final class LiveContents {
    private final TableContents contents;
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

    LookupResult find(String key) {
        return contents.find(key);
    }
}
