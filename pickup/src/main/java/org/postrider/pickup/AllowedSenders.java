package org.postrider.pickup;

import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.Address;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.PosixException;

/**
 * local_login_sender_maps: which envelope senders a local user may give. The tables are asked for the login name, {@code uid:} and
 * the number for a user without one; the value is a list of addresses, {@code @domain}, {@code *} for any, and the null sender's key.
 * Extensions of senders do not count. Immutable; lookups may block.
 */
final class AllowedSenders {
    private final TableList tables;
    private final AddressExtension extension;
    private final String nullKey;

    private AllowedSenders(TableList tables, AddressExtension extension, String nullKey) {
        this.tables = tables;
        this.extension = extension;
        this.nullKey = nullKey;
    }

    static AllowedSenders of(Parameters parameters, Tables tables) {
        return new AllowedSenders(tables.list(parameters.string("local_login_sender_maps")),
                AddressExtension.of(parameters),
                parameters.string("empty_address_local_login_sender_maps_lookup_key"));
    }

    /** What the user is told who may not use this sender; a table that can't be asked allows nobody. */
    Optional<String> refusal(int uid, String sender) {
        boolean allowed = tables.find(login(uid)) instanceof LookupResult.Found(String patterns)
                && WordList.split(patterns).stream().anyMatch(pattern -> matches(pattern, sender));
        return allowed
                ? Optional.empty()
                : Optional
                        .of(sender + "(" + Integer.toUnsignedString(uid) + "): not authorized to use sender='" + sender
                                + "'");
    }

    private boolean matches(String pattern, String sender) {
        if (pattern.equals("*")) {
            return true;
        }
        if (sender.isEmpty()) {
            return pattern.equals(nullKey);
        }
        Address address = Address.of(sender);
        String domain = address.hasDomain() ? '@' + address.domain() : "";
        if (pattern.startsWith("@")) {
            return pattern.equalsIgnoreCase(domain);
        }
        int split = extension.start(address.local());
        String local = split < 0 ? address.local() : address.local().substring(0, split);
        return pattern.equalsIgnoreCase(local + domain);
    }

    private static String login(int uid) {
        try {
            return Accounts.byUid(uid).map(Accounts.Account::name)
                    .orElse("uid:" + Integer.toUnsignedString(uid));
        } catch (PosixException _) {
            return "uid:" + Integer.toUnsignedString(uid);
        }
    }
}
