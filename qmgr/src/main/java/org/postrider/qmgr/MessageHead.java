package org.postrider.qmgr;

import java.time.Instant;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.QueueId;

/**
 * What qmgr keeps of a message while it is active; small, because 20,000 of them may be in memory.
 *
 * @param id its name
 * @param size sizes and offsets
 * @param sender internal form
 * @param arrived arrival time
 * @param created what its lifetime counts from
 * @param activated when it entered the active queue
 * @param traceFlags reports that were asked for: DeliveryRequest.USER_VERIFY, RECORD and the like
 * @param encoding 7bit, 8bit or empty
 * @param envelopeId RFC 3461 ENVID
 * @param dsnReturn RFC 3461 RET
 * @param verp VERP delimiters or empty
 * @param filter content filter {@code transport:nexthop}, empty when none
 * @param redirect where everything goes instead, empty when nowhere
 * @param warning when the delay warning is due
 * @param forcedExpiry an administrator wants it returned instead of deferred
 * @param unthrottle somebody asked for this message, so it is tried though its destination is dead or its transport is in
 *        defer_transports
 * @param flushing somebody asked for everything that waits, so transports in defer_transports are tried too
 * @param client what is known of the client
 */
record MessageHead(QueueId id, MessageSize size, String sender, Instant arrived, Instant created, Instant activated,
        int traceFlags, String encoding, String envelopeId, int dsnReturn, String verp, String filter, String redirect,
        Envelope.Warning warning, boolean forcedExpiry, boolean unthrottle, boolean flushing, ClientAttributes client) {
    /** An address probe without a queue file. */
    static MessageHead of(QueueId id, AddressProbe probe, Instant now) {
        return new MessageHead(id, new MessageSize(probe.size(), 0, 1, 0, probe.size(), probe.sendOptions()),
                probe.sender(), probe.arrived(), probe.arrived(), now, DeliveryRequest.PROBE | DeliveryRequest.NO_FILE,
                "", "", 0, "", "", "", new Envelope.Warning(0, -1), false, false, false, ClientAttributes.OF_PROBES);
    }

    /** Each recipient gets it from an address that names him (VERP_README). */
    boolean isVerp() {
        return verp.length() == 2 && !sender.isEmpty();
    }

    /** An address probe of the suite itself: told to verify, and never deferred or returned. */
    boolean isProbe() {
        return (traceFlags & DeliveryRequest.PROBE) != 0;
    }

    /** False for an address probe that is in memory only. */
    boolean hasFile() {
        return (traceFlags & DeliveryRequest.NO_FILE) == 0;
    }

    /** {@code sendmail -bv}: told to trace, and never deferred or returned. */
    boolean isUserProbe() {
        return (traceFlags & DeliveryRequest.USER_VERIFY) != 0;
    }

    /** It goes to a content filter, which a probe would learn nothing from. */
    boolean isFiltered() {
        return !filter.isEmpty() && !isProbe() && !isUserProbe();
    }

    /** NOTIFY=SUCCESS was asked for by at least one recipient. */
    boolean wantsSuccessReport() {
        return ((size.qmgrOptions() >> 1) & Recipient.NOTIFY_SUCCESS) != 0;
    }
}
