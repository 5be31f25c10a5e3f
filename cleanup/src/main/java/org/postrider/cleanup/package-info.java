/**
 * cleanup: the only writer of incoming, cleanup(8). Its clients (smtpd, pickup, local, bounce) send a message as queue records on
 * {@code public/cleanup}, see {@link org.postrider.common.ipc.CleanupClient}; it completes and rewrites it, writes the queue
 * file, makes it durable, tells qmgr, and answers.
 *
 * <p>Read {@link org.postrider.cleanup.CleanupService} first, then {@link org.postrider.cleanup.Intake} and its phases
 * {@link org.postrider.cleanup.EnvelopePhase}, {@link org.postrider.cleanup.ContentPhase} and
 * {@link org.postrider.cleanup.ExtractedPhase}. One virtual thread per conversation does everything, files and fsync too; one
 * of several event loops carries it, and a file that blocks holds up the conversations of that loop only. A message is streamed: what is in memory is one header field or one piece of a body line. Not to import: smtp,
 * dns, netty.
 */
@NullMarked
package org.postrider.cleanup;

import org.jspecify.annotations.NullMarked;
