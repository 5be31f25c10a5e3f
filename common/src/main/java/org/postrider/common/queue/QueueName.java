package org.postrider.common.queue;

import java.util.Locale;
import java.util.Optional;

/** The directories of the queue. */
public enum QueueName {
    /** What local users left while the system was down, and what postsuper requeued. */
    MAILDROP,
    /** Accepted mail that qmgr has not looked at yet. */
    INCOMING,
    /** What qmgr is delivering. */
    ACTIVE,
    /** What waits for another attempt; the file's modification time says when. */
    DEFERRED,
    /** What an administrator wants kept where it is. */
    HOLD,
    /** What can't be read. */
    CORRUPT,
    /** Logs of failed recipients, one per message, written by bounce. */
    BOUNCE,
    /** Logs of delayed recipients, one per message, written by defer. */
    DEFER,
    /** Logs for delivery reports, one per message, written by trace. */
    TRACE,
    /** Which messages wait for a site. */
    FLUSH,
    /** Left by very old systems. */
    SAVED;

    private final String directory = name().toLowerCase(Locale.ROOT);

    /** The directory's name under queue_directory. */
    public String directory() {
        return directory;
    }

    /** The queue with this directory name. */
    public static Optional<QueueName> of(String directory) {
        for (QueueName name : values()) {
            if (name.directory.equals(directory)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
