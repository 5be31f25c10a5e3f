/**
 * Door in: local submission. Two services of one program. {@code postdrop} (public/postdrop) takes a message from a local user
 * over a socket, knows the user's id from the kernel, and streams the message to cleanup without a stop on disk. {@code pickup}
 * looks through the maildrop directory, on a trigger and on master's wake-up, for files that the super-user queued while the
 * system was down or that {@code postsuper -r} put there.
 *
 * <p>Kept apart from cleanup on purpose: everything read here was written by somebody who may be hostile. Read {@link
 * org.postrider.pickup.Submission} first. One virtual thread runs per submission, one at a time scans the directory. Must not
 * import another program.
 */
@NullMarked
package org.postrider.pickup;

import org.jspecify.annotations.NullMarked;
