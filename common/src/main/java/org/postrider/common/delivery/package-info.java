/**
 * What all doors out share: how a delivery request is served ({@link org.postrider.common.delivery.DeliveryAgent}), what can
 * become of a recipient ({@link org.postrider.common.delivery.RecipientOutcome}), how a message is copied out
 * ({@link org.postrider.common.delivery.MessageCopy}), mailboxes ({@code Mbox}, {@code Maildir}), commands
 * ({@code CommandRunner}) and the recipient's rights ({@code RecipientIdentity}).
 *
 * <p>Read {@code DeliveryAgent} first, then {@code RecipientOutcome}. A request is served on its conversation's virtual thread;
 * everything that touches a recipient's files runs on the platform threads of {@code RecipientIdentity}, or, when it waits for the disk
 * and at most some milliseconds for company on its way there, on the event loop that carries the request. Called by local,
 * virtual, pipe, smtp-client and the agents of services. Must not import any program, and not master's side of the daemon room.
 */
@NullMarked
package org.postrider.common.delivery;

import org.jspecify.annotations.NullMarked;
