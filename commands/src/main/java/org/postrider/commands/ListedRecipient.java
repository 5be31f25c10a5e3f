package org.postrider.commands;

import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;

/**
 * A recipient as showq lists it.
 *
 * @param address external form
 * @param original what it was before aliases, empty when that is not known
 * @param reason why it is still here, empty when not known
 * @param logClass {@code defer} or {@code bounce}: whose reason it is
 * @param status enhanced status code of the last attempt, empty when not known
 * @param host who gave the reason, empty when not known
 * @param lastAttempt seconds since 1970, -1 when not known
 * @param heldBy what it waits for, empty when that is what its message does
 */
record ListedRecipient(String address, String original, String reason, String logClass, String status, String host,
        long lastAttempt, String heldBy) {
    static ListedRecipient of(Attributes list) throws ProtocolException {
        return new ListedRecipient(list.get("recipient"), list.get("original_recipient", ""), list.get("reason", ""),
                list.get("log_class", ""), list.get("dsn_status", ""), list.get("remote_host", ""),
                list.number("last_attempt", -1), list.get("held_by", ""));
    }
}
