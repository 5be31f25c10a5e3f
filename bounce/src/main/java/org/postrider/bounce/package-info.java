/**
 * The memory of failures, and the letters about them: the services bounce, defer and trace (bounce(8)). Delivery agents and qmgr
 * add what happened to a recipient to the message's log; qmgr asks for the letter when a message is finished, late, or too old.
 *
 * <p>Read {@link org.postrider.bounce.BounceService} first, then {@link org.postrider.bounce.Correspondence}, which decides who gets
 * which letter, and {@link org.postrider.bounce.NoticeWriter}, which writes it.
 *
 * <p>One virtual thread per conversation; logs are written, with fsync, on the bounded file-work threads. Must not import another
 * program.
 */
@NullMarked
package org.postrider.bounce;

import org.jspecify.annotations.NullMarked;
