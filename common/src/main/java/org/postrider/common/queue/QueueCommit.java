package org.postrider.common.queue;

import java.io.IOException;

/**
 * The act by which a message becomes ours: before it, a crash may lose the file and the client still has the message; when it
 * returns, the message survives a crash of the machine and the client may be told 250. Implementations are safe for use by many
 * threads at once and wait for the disk.
 */
public interface QueueCommit {
    /**
     * Makes a complete message durable and visible to qmgr, and closes its file.
     *
     * @throws IOException when it is not known to be durable: answer 4xx, abandon the file, and do not try again with it
     */
    void commit(NewQueueFile file) throws IOException;

    /**
     * True for an id that a new message must not have: another process may give it, or a crash of the machine could bring a message of
     * this id back, or has. An id is made of an inode number and a microsecond, and the number is free again when its file is gone or was
     * written anew.
     */
    default boolean isTaken(QueueId id) {
        return false;
    }

    /** The last message has been committed: what was begun is brought to an end. Called once. */
    default void stop() throws IOException {}
}
