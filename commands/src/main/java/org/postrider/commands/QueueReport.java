package org.postrider.commands;

/** A form in which the queue is listed; fed in the order of showq's answers. */
interface QueueReport {
    /**
     * A message begins.
     *
     * @param arrived seconds since 1970
     * @param sender internal form, empty for the null sender
     */
    void message(String queue, String id, long size, long arrived, boolean forcedExpiry, String sender);

    /**
     * One more recipient of the message.
     *
     * @param reason why it is still here, empty when not known
     * @param logClass {@code defer} or {@code bounce}: whose reason it is
     */
    void recipient(String address, String original, String reason, String logClass);

    /** There are no more messages. */
    void end();
}
