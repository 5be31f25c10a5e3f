package org.postrider.qmgr;

import org.postrider.common.queue.QueueFile;

/** A message in the active queue and how far it has come. Owned by the scheduler's thread; two are never equal. */
final class ActiveMessage {
    private final MessageHead head;
    /** Recipients in memory that have not come to an end. */
    private int pending;
    private int lastBatch;
    /** Where the recipients not yet read begin. */
    private long nextBatch = QueueFile.Batch.NO_MORE;
    private boolean reading;
    private boolean someRemain;

    ActiveMessage(MessageHead head) {
        this.head = head;
    }

    MessageHead head() {
        return head;
    }

    /** How many recipients may travel together over a transport. */
    int mostTogether(TransportSettings transport) {
        return head.isVerp() ? 1 : transport.mostRecipients();
    }

    boolean wantsUnthrottle() {
        return head.unthrottle();
    }

    /** Recipients were read: so many, and the rest begins there. */
    void batchRead(int recipients, long next) {
        pending += recipients;
        lastBatch = recipients;
        nextBatch = next;
        reading = false;
    }

    /** So many recipients came to an end. */
    void ended(int recipients, boolean remain) {
        pending -= recipients;
        someRemain |= remain;
    }

    /** True when it is time to read more recipients: half of the last ones are through. */
    boolean wantsBatch() {
        return !reading && nextBatch != QueueFile.Batch.NO_MORE && pending <= lastBatch / 2;
    }

    /** Notes that a read is under way and says where it starts. */
    long startBatch() {
        reading = true;
        return nextBatch;
    }

    /** True when every recipient has come to an end. */
    boolean isThrough() {
        return pending == 0 && !reading && nextBatch == QueueFile.Batch.NO_MORE;
    }

    boolean someRemain() {
        return someRemain;
    }

    /** The rest of the file can't be read now: whatever is left stays for another time. */
    void giveUpReading() {
        reading = false;
        nextBatch = QueueFile.Batch.NO_MORE;
        someRemain = true;
    }
}
