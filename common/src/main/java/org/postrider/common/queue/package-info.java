/**
 * The mail queue on disk: ids, directories, records, queue files, and the one act that makes a message durable. The format is
 * Postfix's, byte for byte, so that a spool of either system is read by the other's tools.
 *
 * <p>Called by cleanup (writes), qmgr (moves, marks), the delivery agents and bounce (read, mark done), showq, postcat and
 * postsuper. Read {@link org.postrider.common.queue.RecordType} first, then {@link org.postrider.common.queue.NewQueueFile} and
 * {@link org.postrider.common.queue.QueueFile}; docs/queue.md says who may do what and what a crash leaves behind, and
 * docs/durability.md what survives it. {@link org.postrider.common.queue.CommitSetting} chooses between the two ways to make a
 * message durable; {@link org.postrider.common.queue.Journal} is the heart of the second, {@link
 * org.postrider.common.queue.JournalRecovery} what a crash leaves it to do.
 *
 * <p>Everything here blocks on the disk: call it on a file-work thread, and never interrupt that thread, because an interrupt
 * closes the channel. It must not import anything but {@code config}, {@code mail} and {@code posix}.
 */
@NullMarked
package org.postrider.common.queue;

import org.jspecify.annotations.NullMarked;
