/**
 * The small daemons, one or two classes each, that share a process: showq, flush, anvil, error and retry, discard; and postlogd,
 * which has a process to itself. Read {@link org.postrider.services.Services} first: one line of its table is one program. A
 * service must not import another program.
 */
@NullMarked
package org.postrider.services;

import org.jspecify.annotations.NullMarked;
