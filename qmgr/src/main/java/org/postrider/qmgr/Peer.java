package org.postrider.qmgr;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.postrider.common.mail.Recipient;

/** The entries of one job that go to one destination. Owned by the scheduler's thread. */
final class Peer {
    private static final int NOT_PARKED = -1;

    private final Job job;
    private final Destination destination;
    private final Deque<Entry> entries = new ArrayDeque<>(2);
    private int parkedSize = NOT_PARKED;

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

    /** Adds a recipient to the last entry that has room, or to a new one; true when it is new. */
    boolean add(Recipient recipient, int mostPerEntry) {
        Entry last = entries.peekLast();
        boolean isNew = last == null || last.recipients().size() >= mostPerEntry;
        if (isNew) {
            last = new Entry(this);
            entries.addLast(last);
        }
        last.add(recipient);
        return isNew;
    }

    /** Those that wait, in order. */
    Collection<Entry> entries() {
        return entries;
    }

    /** Takes the first entry out; there must be one. */
    Entry take() {
        return entries.removeFirst();
    }

    /** Notes that it stands among {@link ParkedPeers}, and under which size; 0 for none. */
    void park(int size) {
        parkedSize = size;
    }

    void unpark() {
        parkedSize = NOT_PARKED;
    }

    boolean isParked() {
        return parkedSize != NOT_PARKED;
    }

    int parkedSize() {
        return parkedSize;
    }
}
