package org.postrider.qmgr;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.queue.QueueFile;

/** A message in the active queue and how far it has come. Owned by the scheduler's thread; two are never equal. */
final class ActiveMessage {
    private final MessageHead head;
    private final Instant known;
    private final List<Job> jobs = new ArrayList<>(1);
    private long sequence;
    /** Recipients in memory that have not come to an end. */
    private int pending;
    private int read;
    /** Where the recipients not yet read begin. */
    private long nextBatch = QueueFile.Batch.NO_MORE;
    private Instant lastRead;
    private boolean reading;
    private boolean someRemain;

    /** @param known since when the scheduler knows of it */
    ActiveMessage(MessageHead head, Instant known) {
        this.head = head;
        this.known = known;
        this.lastRead = known;
    }

    MessageHead head() {
        return head;
    }

    /** Since when the scheduler knows of it, by the scheduler's clock. */
    Instant known() {
        return known;
    }

    /** How many recipients may travel together over a transport. */
    int mostTogether(TransportSettings transport) {
        return head.isVerp() ? 1 : transport.mostRecipients();
    }

    /** What is to be done for it, by transport. */
    List<Job> jobs() {
        return jobs;
    }

    /** Its place among all messages, the first is 1; 0 before it has one. */
    long sequence() {
        return sequence;
    }

    void sequence(long given) {
        sequence = given;
    }

    boolean wantsUnthrottle() {
        return head.unthrottle();
    }

    /**
     * Recipients were read, and the rest begins there.
     *
     * @param routed those that are to be delivered
     * @param settled those that need no delivery
     */
    void batchRead(int routed, int settled, long next) {
        pending += routed;
        read += routed + settled;
        nextBatch = next;
        reading = false;
    }

    /** So many recipients came to an end. */
    void ended(int recipients, boolean remain) {
        pending -= recipients;
        someRemain |= remain;
    }

    /** At most so many recipients were not read yet; 0 when all were. */
    int unread() {
        return nextBatch == QueueFile.Batch.NO_MORE ? 0 : Math.max(1, head.size().recipientCount() - read);
    }

    /** How many more recipients its jobs have room for. */
    int room() {
        int slots = 0;
        for (Job job : jobs) {
            slots += job.recipientSlots();
        }
        return slots - pending;
    }

    boolean isReading() {
        return reading;
    }

    /** When the last read was asked for. */
    Instant lastRead() {
        return lastRead;
    }

    /** Notes that a read is under way. */
    void startReading(Instant now) {
        reading = true;
        lastRead = now;
    }

    /** Where the read begins. */
    long nextBatch() {
        return nextBatch;
    }

    /** True when nothing of it is in memory any more, while there is more in the file. */
    boolean needsBatch() {
        return pending == 0 && !reading && nextBatch != QueueFile.Batch.NO_MORE;
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
