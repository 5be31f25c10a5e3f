package org.postrider.qmgr;

import org.postrider.common.mail.Recipient;

/**
 * A recipient and where it goes.
 *
 * @param recipient with the address to deliver to
 * @param transport master.cf service
 * @param nexthop next-hop destination, or the status and reason for transports error and retry
 */
record RoutedRecipient(Recipient recipient, String transport, String nexthop) {}
