package org.postrider.qmgr;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * The recipients that one transport may have in memory, as slots that its jobs hold (SCHEDULER_README, "Dealing with memory
 * resource limits"). The oldest job whose message has recipients that were not read has all that are free; the others have one for each
 * recipient, as far as there were some. Owned by the scheduler's thread.
 *
 * <p>The first recipients of a message are read before it is known over which transports they go, so a job may have more of them
 * than slots.
 */
final class RecipientSlots {
    private final TreeSet<Job> unread = new TreeSet<>(Comparator.comparingLong(job -> job.message().sequence()));
    private RecipientLimits limits;
    private int free;
    private int extra;

    RecipientSlots(RecipientLimits limits) {
        this.limits = limits;
        this.free = limits.most();
        this.extra = limits.extra();
    }

    /** A new job of a message that has more to read takes what is free; one that is older than all others takes it from them. */
    void created(Job job) {
        if (job.message().unread() == 0) {
            return;
        }
        if (!unread.isEmpty() && unread.first().message().sequence() > job.message().sequence()) {
            free += takeSurplus(unread.first());
        }
        int taken = Math.max(0, free);
        job.recipientSlots(taken);
        free -= taken;
        boolean _ = unread.add(job);
    }

    /** One more recipient of a job is in memory. */
    void added(Job job) {
        job.recipients(1);
        if (free > 0 && job.recipientSlots() < job.recipients()) {
            job.recipientSlots(1);
            free--;
        }
    }

    /** All recipients of the job's message were read. */
    void allRead(Job job) {
        if (unread.remove(job)) {
            give(takeSurplus(job));
        }
    }

    /** So many recipients of a job are in memory no more. */
    void ended(Job job, int recipients) {
        job.recipients(-recipients);
        if (!unread.contains(job)) {
            give(takeSurplus(job));
        }
    }

    private static int takeSurplus(Job job) {
        int surplus = Math.max(0, job.recipientSlots() - job.recipients());
        job.recipientSlots(-surplus);
        return surplus;
    }

    private void give(int slots) {
        int back = Math.min(slots, Math.max(0, limits.extra() - extra));
        extra += back;
        int rest = slots - back;
        if (rest > 0 && free >= 0 && !unread.isEmpty()) {
            unread.first().recipientSlots(rest);
        } else {
            free += rest;
        }
    }

    /** A job that is not read to its end overtakes another: it gets half of what is left, for which there is a reserve. */
    void overtakes(Job job) {
        if (!unread.contains(job)) {
            return;
        }
        int taken = (extra + Math.max(0, free) + 1) / 2;
        int fromExtra = Math.min(extra, taken);
        extra -= fromExtra;
        free -= taken - fromExtra;
        job.recipientSlots(taken);
    }

    /** Other limits hold from now on; what is held above them is not given out again. */
    void reconfigured(RecipientLimits changed) {
        free += changed.most() - limits.most();
        extra = Math.max(0, extra + changed.extra() - limits.extra());
        limits = changed;
    }
}
