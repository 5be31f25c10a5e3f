package org.postrider.local;

import java.nio.file.Path;
import java.time.InstantSource;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.HandOff;
import org.postrider.common.delivery.Maildir;
import org.postrider.common.delivery.Mbox;
import org.postrider.common.delivery.RecipientIdentity;
import org.postrider.common.lookup.TableList;
import org.slf4j.Logger;

/** What the deliveries of one service share; made once per configuration generation, safe for many threads. */
record LocalParts(LocalSettings settings, AliasMaps aliases, UserTables tables, UserAccounts accounts,
        Addresses addresses, Resubmission resubmission, HandOff handOff, RecipientIdentity identity, Mbox mbox,
        Maildir maildir, CommandRunner commands, NewMail newMail, InstantSource clock, Logger log) {
    /**
     * Tables with the user's name as the key.
     *
     * @param mailboxCommand mailbox_command_maps
     * @param mailboxTransport mailbox_transport_maps
     * @param fallbackTransport fallback_transport_maps
     */
    record UserTables(TableList mailboxCommand, TableList mailboxTransport, TableList fallbackTransport) {}

    /** Where commands start. */
    Path queueDirectory() {
        return settings.queueDirectory();
    }
}
