/**
 * Door out: external commands that master.cf names. Called by qmgr over the sockets of the services that use pipe.
 *
 * <p>Read {@link org.postrider.pipe.PipeCommand}, the service's arguments, then {@link org.postrider.pipe.PipeDoor}. Runs on the
 * conversation's virtual thread; two platform threads feed and read each command. Must not import another program.
 */
@NullMarked
package org.postrider.pipe;

import org.jspecify.annotations.NullMarked;
