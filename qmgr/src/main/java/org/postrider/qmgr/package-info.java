/**
 * qmgr(8): decides when mail is delivered, and moves files between incoming, active and deferred. Master starts it and wakes it;
 * cleanup and the commands send it triggers; it calls trivial-rewrite, the delivery agents, bounce, defer and trace.
 *
 * <p>Read {@link org.postrider.qmgr.QueueManager} first: it is the loop that owns all state. Then
 * {@link org.postrider.qmgr.DeliveryScheduler}, which chooses what is delivered next and does no input or output;
 * {@link org.postrider.qmgr.Feeder}, which finds files; {@link org.postrider.qmgr.MessageLoader},
 * {@link org.postrider.qmgr.RecipientRouter}, {@link org.postrider.qmgr.AgentCaller} and
 * {@link org.postrider.qmgr.MessageFinisher}, the four things that happen to a message.
 *
 * <p>Threads: one thread runs the loop and owns the scheduler; one scans directories; files are read, renamed and removed on
 * file-work threads; resolving and deliveries run on virtual threads. It must not import another program.
 */
@NullMarked
package org.postrider.qmgr;

import org.jspecify.annotations.NullMarked;
