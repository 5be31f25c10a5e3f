/**
 * Door out: recipients of this host. Aliases, {@code .forward} files, mailboxes, commands and files, in the order of local(8).
 * Called by qmgr over the service socket {@code local}; hands what leaves this host to cleanup as new messages.
 *
 * <p>Read {@link org.postrider.local.LocalDoor}, then {@link org.postrider.local.RecipientDelivery}, which decides; the other
 * classes each do one kind of delivery. Decisions run on the conversation's virtual thread, work in a recipient's files on the
 * platform threads of {@code RecipientIdentity}. Must not import another program.
 */
@NullMarked
package org.postrider.local;

import org.jspecify.annotations.NullMarked;
