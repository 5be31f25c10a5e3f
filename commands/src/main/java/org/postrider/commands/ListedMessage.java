package org.postrider.commands;

import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;

/**
 * A message as showq lists it.
 *
 * @param queue the directory it is in
 * @param size bytes of its content
 * @param arrived seconds since 1970
 * @param sender external form; showq writes empty_address_recipient for the null sender
 * @param attempts how often it was deferred, -1 when not known
 * @param nextAttempt seconds since 1970, -1 when that is not what it waits for
 * @param heldBy what it waits for, empty when not known
 */
record ListedMessage(String queue, String id, long size, long arrived, boolean forcedExpiry, String sender,
        long attempts, long nextAttempt, String heldBy) {
    static ListedMessage of(Attributes list) throws ProtocolException {
        return new ListedMessage(list.get("queue_name"), list.get("queue_id"), list.number("size", 0),
                list.number("time", 0), list.flag("forced_expire"), list.get("sender", ""),
                list.number("attempts", -1), list.number("next_attempt", -1), list.get("held_by", ""));
    }
}
