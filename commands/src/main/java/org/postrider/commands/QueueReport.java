package org.postrider.commands;

/** A form in which the queue is listed; fed in the order of showq's answers. */
interface QueueReport {
    /** A message begins. */
    void message(ListedMessage message);

    /** One more recipient of the message. */
    void recipient(ListedRecipient recipient);

    /** There are no more messages. */
    void end();
}
