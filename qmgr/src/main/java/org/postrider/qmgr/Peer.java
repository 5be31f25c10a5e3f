package org.postrider.qmgr;

import java.util.ArrayDeque;
import java.util.Deque;
import org.postrider.common.mail.Recipient;
import org.jspecify.annotations.Nullable;

/** The entries of one job that go to one destination. Owned by the scheduler's thread. */
final class Peer {
    private final Job job;
    private final Destination destination;
    private final Deque<Entry> entries = new ArrayDeque<>(2);

    Peer(Job job, Destination destination) {
        this.job = job;
        this.destination = destination;
    }

    Job job() {
        return job;
    }

    Destination destination() {
        return destination;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Adds a recipient to the last entry that has room, or to a new one. */
    void add(Recipient recipient, int mostPerEntry) {
        Entry last = entries.peekLast();
        if (last == null || last.recipients().size() >= mostPerEntry) {
            last = new Entry(this);
            entries.addLast(last);
        }
        last.add(recipient);
    }

    @Nullable
    Entry take() {
        return entries.pollFirst();
    }
}
