package org.postrider.common.daemon;

import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;

/**
 * Who the mail system's files belong to and whom its daemons become.
 *
 * @param uid of mail_owner
 * @param gid of mail_owner
 * @param submissionGid of setgid_group; gid where there is no such group in unprivileged mode
 * @param privileged false in unprivileged mode: everything runs as the user who started it, who is mail_owner
 */
public record MailOwner(int uid, int gid, int submissionGid, boolean privileged) {
    /** Looks mail_owner and setgid_group up. Throws ConfigurationException where this process can't run the system for them. */
    public static MailOwner of(Parameters parameters) {
        String name = parameters.string("mail_owner");
        String group = parameters.string("setgid_group");
        try {
            Accounts.Account account = Accounts.byName(name).orElseThrow(() -> new ConfigurationException(
                    "file " + parameters.string("config_directory")
                            + "/main.cf: parameter mail_owner: unknown user name value: "
                            + name));
            int self = Identity.effectiveUid();
            if (account.uid() == self) {
                return new MailOwner(self, Identity.gid(), Identity.gid(), false);
            }
            if (self != 0) {
                throw new ConfigurationException("mail_owner is \"" + name + "\", but only the super-user can start the"
                        + " mail system for another user: set mail_owner to the user who starts it");
            }
            int submission = Accounts.groupByName(group).orElseThrow(() -> new ConfigurationException("file "
                    + parameters.string("config_directory") + "/main.cf: parameter setgid_group: unknown group name: "
                    + group));
            return new MailOwner(account.uid(), account.gid(), submission, true);
        } catch (PosixException e) {
            throw new ConfigurationException("look up mail_owner " + name + ": " + e.getMessage(), e);
        }
    }

    /** Refuses what only root can do for a service. */
    public void check(ServiceEntry entry) {
        if (entry.chroot() && Identity.effectiveUid() != 0) {
            throw new ConfigurationException("service " + entry.identity()
                    + ": only the super-user can change the root directory: set the chroot field to n");
        }
    }
}
