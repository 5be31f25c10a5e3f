package org.postrider.common.daemon;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.PosixException;

/**
 * Which local users may do something: {@code authorized_submit_users}, {@code authorized_flush_users} and {@code
 * authorized_mailq_users} of postconf(5). A user is known by the number that the kernel gives, and looked up by login name; one
 * without an entry in the password file is called {@code unknown}. When a table of the list can't answer, the user is refused.
 */
public final class AuthorizedUsers {
    /** What users ask for. */
    public enum Purpose {
        /** Submitting mail: the list alone decides, for the super-user too. */
        SUBMIT("authorized_submit_users", "submit mail"),
        /** Asking for deliveries. */
        FLUSH("authorized_flush_users", "flush the mail queue"),
        /** Listing the queue. */
        VIEW("authorized_mailq_users", "view the mail queue");

        private final String parameter;
        private final String words;

        Purpose(String parameter, String words) {
            this.parameter = parameter;
            this.words = words;
        }
    }

    private final Purpose purpose;
    private final MatchList list;
    private final Set<Integer> always;

    private AuthorizedUsers(Purpose purpose, MatchList list, Set<Integer> always) {
        this.purpose = purpose;
        this.list = list;
        this.always = always;
    }

    /** Reads the list for this purpose. */
    public static AuthorizedUsers read(Purpose purpose, Parameters parameters, Tables tables) {
        MatchList list = MatchList.strings(parameters.string(purpose.parameter), tables);
        return new AuthorizedUsers(purpose, list, purpose == Purpose.SUBMIT ? Set.of() : privileged(parameters));
    }

    /** The super-user and mail_owner. */
    private static Set<Integer> privileged(Parameters parameters) {
        Set<Integer> uids = new TreeSet<>(Set.of(0));
        try {
            Accounts.byName(parameters.string("mail_owner")).ifPresent(owner -> uids.add(owner.uid()));
        } catch (PosixException e) {
            throw new ConfigurationException("look up mail_owner: " + e.getMessage(), e);
        }
        return uids;
    }

    /** What the user is told when this is not allowed: {@code User nobody(65534) is not allowed to submit mail}. */
    public Optional<String> refusal(int uid) {
        if (always.contains(uid)) {
            return Optional.empty();
        }
        String name = name(uid);
        return list.match(name).matches()
                ? Optional.empty()
                : Optional.of("User " + name + "(" + Integer.toUnsignedString(uid) + ") is not allowed to "
                        + purpose.words);
    }

    private static String name(int uid) {
        try {
            return Accounts.byUid(uid).map(Accounts.Account::name).orElse("unknown");
        } catch (PosixException _) {
            return "unknown";
        }
    }
}
