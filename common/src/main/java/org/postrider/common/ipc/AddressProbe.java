package org.postrider.common.ipc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.postrider.common.mail.Recipient;

/**
 * From cleanup to qmgr: an address probe of verify(8), which has no queue file. On the wire {@link Trigger#PROBE} and a list of
 * attributes; the answer is a list with {@code status}, 0 when qmgr has taken the probe, 1 when it has too many.
 *
 * @param queueId what it is called in the log; no file has such a name ({@link org.postrider.common.queue.QueueId#ofProbe})
 * @param arrived when verify sent it, in whole microseconds
 * @param size bytes of the content that the probe would have
 * @param sendOptions formats.md 1.3: SMTPUTF8 and the like
 * @param sender internal form
 * @param recipient as cleanup has rewritten it; its offset is -1
 */
public record AddressProbe(String queueId, Instant arrived, long size, int sendOptions, String sender,
        Recipient recipient) {
    private static final String STATUS = "status";

    /** qmgr's answer. */
    public static Attributes answer(boolean taken) {
        return new Attributes().put(STATUS, taken ? 0 : 1);
    }

    /** True when qmgr has taken it. */
    public static boolean isTaken(Attributes answer) throws ProtocolException {
        return answer.integer(STATUS, 1) == 0;
    }

    /** Hands it to qmgr. It may be told of a probe twice. */
    public boolean send(ServiceClient qmgr) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(Trigger.PROBE);
        toAttributes().write(bytes);
        return isTaken(qmgr.exchange(connection -> {
            connection.out().write(bytes.toByteArray());
            connection.out().flush();
            return Attributes.read(connection.in());
        }));
    }

    /** As it goes over the wire, behind the letter. */
    public Attributes toAttributes() {
        return new Attributes().put("queue_id", queueId)
                .put("arrival_time", ChronoUnit.MICROS.between(Instant.EPOCH, arrived)).put("size", size)
                .put("sendopts", sendOptions).put("sender", sender).put("recipient", recipient.address())
                .put("original_recipient", recipient.original()).put("dsn_orig_rcpt", recipient.dsnOriginal());
    }

    public static AddressProbe fromAttributes(Attributes list) throws ProtocolException {
        Recipient recipient = new Recipient(-1, list.get("recipient"), list.get("original_recipient", ""),
                list.get("dsn_orig_rcpt", ""), 0);
        return new AddressProbe(list.get("queue_id"),
                Instant.EPOCH.plus(list.number("arrival_time", 0), ChronoUnit.MICROS), list.number("size", 0),
                list.integer("sendopts", 0), list.get("sender", ""), recipient);
    }
}
