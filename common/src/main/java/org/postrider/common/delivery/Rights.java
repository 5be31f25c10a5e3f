package org.postrider.common.delivery;

import org.postrider.common.config.ConfigurationException;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.PosixException;

/**
 * With whose rights a file is written or a command runs.
 *
 * @param uid numerical user
 * @param gid numerical group
 * @param name the account's name, for messages
 */
public record Rights(int uid, int gid, String name) {
    /**
     * Those of the account that {@code user=name} or {@code user=name:group} of master.cf names.
     *
     * @param group empty for the account's own
     */
    public static Rights named(String user, String group) {
        try {
            Accounts.Account account = Accounts.byName(user)
                    .orElseThrow(() -> new ConfigurationException("unknown username: user=" + user));
            int gid = group.isEmpty()
                    ? account.gid()
                    : Accounts.groupByName(group).orElseThrow(
                            () -> new ConfigurationException("unknown group: user=" + user + ":" + group));
            return new Rights(account.uid(), gid, account.name());
        } catch (PosixException e) {
            throw new ConfigurationException("user lookup error for user=" + user + ": " + e.getMessage(), e);
        }
    }
}
