/**
 * Door out: mailboxes of hosted domains, found in tables by the full address; no aliases, no commands, no system accounts.
 * Called by qmgr over the service socket {@code virtual}.
 *
 * <p>Read {@link org.postrider.virtual.VirtualDoor}. Lookups run on the conversation's virtual thread, work in maildirs on
 * the event loop that carries it, work in mailbox files, which are locked, on the platform threads of {@code RecipientIdentity}. Must
 * not import another program.
 */
@NullMarked
package org.postrider.virtual;

import org.jspecify.annotations.NullMarked;
