/**
 * master(8), the landlord: opens the listeners of master.cf, starts daemons when somebody connects, hands the listeners over,
 * watches, reloads and stops every other program. It accepts no client and reads no mail.
 *
 * <p>Read {@link org.postrider.master.Master} (the start), then {@link org.postrider.master.MasterLoop} (the loop around
 * poll(2)), then {@link org.postrider.master.ServiceTable} and {@link org.postrider.master.DaemonProcess}. The messages on the
 * control channel are {@link org.postrider.common.daemon.ControlMessage}.
 *
 * <p>Threads: one. Everything here runs on the main thread, except {@link org.postrider.master.Signals}, which only posts into
 * it. Must not import another program, nor {@code wire}: master has no event loops.
 */
@NullMarked
package org.postrider.master;

import org.jspecify.annotations.NullMarked;
