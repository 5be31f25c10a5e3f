/**
 * qmgr(8): decides when mail is delivered, and moves files between incoming, active and deferred. Master starts it and wakes it;
 * cleanup tells it the names of new messages, the commands send it triggers; it calls trivial-rewrite, the delivery agents, bounce,
 * defer and trace.
 *
 * <p>Read {@link org.postrider.qmgr.QueueManager} first: it is the loop that owns all state. Then
 * {@link org.postrider.qmgr.Scheduler}, which chooses what is delivered next and does no input or output;
 * {@link org.postrider.qmgr.Feeder}, which finds files; {@link org.postrider.qmgr.MessageLoader},
 * {@link org.postrider.qmgr.RecipientRouter}, {@link org.postrider.qmgr.AgentCaller} and
 * {@link org.postrider.qmgr.MessageFinisher}, the four things that happen to a message.
 *
 * <p>Threads: one virtual thread runs the loop and owns the scheduler; one platform thread scans directories and reads what was
 * just announced; other files are read on file-work threads; one more platform thread removes what is done, many files at once when
 * mail is fast; resolving and deliveries run on virtual threads.
 * The event loop carries the virtual ones. It must not import another program.
 */
@NullMarked
package org.postrider.qmgr;

import org.jspecify.annotations.NullMarked;
