package org.postrider.virtual;

import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.TableList;

/**
 * main.cf as virtual(8) uses it, read once per configuration generation.
 *
 * @param base virtual_mailbox_base
 * @param mailboxes virtual_mailbox_maps
 * @param uids virtual_uid_maps
 * @param gids virtual_gid_maps
 * @param search the order of lookups
 * @param minimumUid virtual_minimum_uid
 * @param limit virtual_mailbox_limit
 * @param strictOwner strict_mailbox_ownership
 * @param originalRecipient enable_original_recipient
 */
record VirtualSettings(String base, TableList mailboxes, TableList uids, TableList gids, AddressSearch search,
        int minimumUid, long limit, boolean strictOwner, boolean originalRecipient) {}
