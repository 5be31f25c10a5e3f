/**
 * The small daemons that share a process: showq, flush, verify, anvil, error and retry, discard, scache and tlsmgr; and postlogd
 * and proxymap, which have a process each to themselves. Read {@link org.postrider.services.Services} first: one line of its table is one program. A
 * service must not import another program.
 */
@NullMarked
package org.postrider.services;

import org.jspecify.annotations.NullMarked;
